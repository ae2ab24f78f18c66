use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use crate::rule::prelude::*;

rule! {
    /// A list entry that occurs twice.
    ///
    /// The API server takes host aliases, pull secrets, owners and tolerations twice, with a warning or silently, and
    /// `kubectl apply` merges or drops them later. Server-side apply (Flux, Argo CD's `ServerSideApply=true`) refuses host aliases,
    /// pull secrets, owners, finalizers and the Secrets of an account that are listed twice: an error there.
    ///
    /// **How to fix**: remove one of them; put the names of both host aliases under one address.
    id: "duplicate-list-entry",
    severity: Warning,
    fix: Some(Applicability::Safe),
    references: &["https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let owners = object.metadata().and_then(|metadata| metadata.get("ownerReferences"));
    let of_owner = &["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];
    report(owners, of_owner, "the owner", context);
    if context.item().surroundings.server_side {
        finalizers(object, context);
        let secrets = object.root.get("secrets").filter(|_| object.gvk.is("", "ServiceAccount"));
        report(secrets, &["name"], "the Secret", context);
    }
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        report(pod.node.get("hostAliases"), &["ip"], "the address", context);
        report(pod.node.get("imagePullSecrets"), &["name"], "the pull secret", context);
        let of_toleration = &["key", "operator", "value", "effect", "tolerationSeconds"];
        report(pod.node.get("tolerations"), of_toleration, "the toleration", context);
    }
}

/// Reports finalizers that stand twice in what is a set.
fn finalizers(object: Object<'_>, context: &mut Context<'_, '_>) {
    let list = object.metadata().and_then(|metadata| metadata.get("finalizers"));
    let mut seen: HashMap<&str, Node<'_>> = HashMap::new();
    for item in list.into_iter().flat_map(Node::items) {
        let Some(name) = item.as_str() else { continue };
        let Some(first) = seen.insert(name, item) else { continue };
        context
            .report(item, format!("the finalizer `{name}` is listed twice"))
            .help(REFUSED)
            .related(first, "the first")
            .fix(Patch::new().remove(item))
            .at_least(Severity::Error);
    }
}

const REFUSED: &str = "remove one of them: server-side apply refuses duplicate keys in a list";

/// Reports items of a list that are the same in all of the fields.
fn report(list: Option<Node<'_>>, fields: &[&str], what: &str, context: &mut Context<'_, '_>) {
    let mut seen: HashMap<Vec<&str>, Node<'_>> = HashMap::new();
    // A list that server-side apply takes for a map by one field, or by the uid of an owner.
    let refused = context.item().surroundings.server_side && (fields.len() == 1 || fields.contains(&"uid"));
    for item in list.into_iter().flat_map(Node::items).filter(|item| item.is_mapping()) {
        match seen.entry(fields.iter().map(|field| text(item, field)).collect()) {
            Slot::Occupied(first) => {
                let first = first.get();
                let name =
                    ["ip", "name", "key"].iter().find_map(|field| item.str_at(field).filter(|text| !text.is_empty()));
                let name = name.map_or_else(String::new, |name| format!(" `{name}`"));
                let place =
                    fields.first().filter(|_| fields.len() == 1).and_then(|field| item.get(field)).unwrap_or(item);
                let same = value_of(item) == value_of(*first);
                let patch = if same { Patch::new().remove(item) } else { Patch::none() };
                let draft = context
                    .report(place, format!("{what}{name} is listed twice"))
                    .help(if refused { REFUSED } else { "remove one of them" })
                    .related(*first, "the first")
                    .fix(patch);
                if refused {
                    draft.at_least(Severity::Error);
                }
            }
            Slot::Vacant(slot) => {
                slot.insert(item);
            }
        }
    }
}

fn text<'t>(item: Node<'t>, field: &str) -> &'t str {
    item.get(field).map_or("", |node| node.as_str().unwrap_or_else(|| node.raw()))
}
