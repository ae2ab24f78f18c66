use crate::rule::prelude::*;

rule! {
    /// A field that only the server sets.
    ///
    /// `uid`, `resourceVersion`, `managedFields`, `status` and the like come from `kubectl get -o yaml`: they are
    /// ignored or, like `resourceVersion`, make a later apply fail.
    ///
    /// **How to fix**: drop the field.
    id: "server-set-field",
    severity: Info,
    references: &["https://kubernetes.io/docs/reference/using-api/api-concepts/"],
    check: Check::Object(check),
}

const FIELDS: &[&str] =
    &["uid", "resourceVersion", "selfLink", "generation", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(metadata) = object.metadata() else { return };
    let found = FIELDS.iter().filter_map(|field| metadata.get_entry(field)).find(|entry| !entry.value.is_null());
    let applied = metadata.get("annotations").and_then(|a| a.get_entry("kubectl.kubernetes.io/last-applied-configuration"));
    if let Some(entry) = found.or(applied) {
        let message = format!("`{}` of {} is set by the server", entry.name, object.title());
        context.report(Place::key(entry), message).help("drop it: it comes from an export");
    }
}
