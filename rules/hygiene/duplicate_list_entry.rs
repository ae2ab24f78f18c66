use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use crate::rule::prelude::*;

rule! {
    /// A list entry that occurs twice.
    ///
    /// The API server takes host aliases, pull secrets, owners and tolerations twice, with a warning or silently, and
    /// `kubectl apply` merges or drops them later.
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
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        report(pod.node.get("hostAliases"), &["ip"], "the address", context);
        report(pod.node.get("imagePullSecrets"), &["name"], "the pull secret", context);
        let of_toleration = &["key", "operator", "value", "effect", "tolerationSeconds"];
        report(pod.node.get("tolerations"), of_toleration, "the toleration", context);
    }
}

/// Reports items of a list that are the same in all of the fields.
fn report(list: Option<Node<'_>>, fields: &[&str], what: &str, context: &mut Context<'_, '_>) {
    let mut seen: HashMap<Vec<&str>, Node<'_>> = HashMap::new();
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
                context
                    .report(place, format!("{what}{name} is listed twice"))
                    .help("remove one of them")
                    .related(*first, "the first")
                    .fix(patch);
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
