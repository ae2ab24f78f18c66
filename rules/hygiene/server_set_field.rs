use crate::rule::prelude::*;

rule! {
    /// A field that only the server sets.
    ///
    /// `uid`, `resourceVersion`, `managedFields` and the like come from `kubectl get -o yaml`: they are
    /// ignored or, like `resourceVersion`, make a later apply fail.
    ///
    /// **How to fix**: remove the field.
    id: "server-set-field",
    severity: Info,
    fix: Some(Applicability::Safe),
    references: &["https://kubernetes.io/docs/reference/using-api/api-concepts/"],
    check: Check::ObjectInSet(check),
}

const FIELDS: &[&str] = &[
    "uid",
    "resourceVersion",
    "selfLink",
    "generation",
    "managedFields",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
];

fn check(object: Object<'_>, context: &mut SetContext<'_, '_>) {
    let Some(metadata) = object.metadata() else { return };
    let fields = metadata.entries().filter(|entry| FIELDS.contains(&entry.name) && !entry.value.is_null());
    let applied =
        metadata.get("annotations").and_then(|a| a.get_entry("kubectl.kubernetes.io/last-applied-configuration"));
    let found: Vec<_> = fields.chain(applied).collect();
    if let Some(entry) = found.first() {
        let message = format!("`{}` of {} is set by the server only", entry.name, object.title());
        let all = found.iter().fold(Patch::new(), |patch, entry| patch.prune(entry.value));
        context.report(Place::key(*entry), message).help("remove it: it comes from `kubectl get -o yaml`").fix(all);
    }
}
