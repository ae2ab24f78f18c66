use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// An object that two Applications deploy.
    ///
    /// Both say that it is theirs: Argo CD warns of a shared resource, each of them is out of sync when the other has been
    /// synchronised, and the one that is deleted or pruned takes the object with it. Judged for Applications of one cluster
    /// that lie in one directory or kustomization, and whose sources are plain directories and kustomizations of the
    /// repository at hand.
    ///
    /// **How to fix**: let one of them deploy the object.
    id: "shared-resource",
    severity: Warning,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/#fail-the-sync-if-a-shared-resource-is-found"],
    check: Check::Set(check),
}

/// An object in a cluster: the cluster's address and name; group, kind, namespace and name of the object.
type Identity<'t> = (&'t str, &'t str, &'t str, &'t str, &'t str, &'t str);

/// What an Application shares with an earlier one: where its source stands, the first such object, and how many there are.
struct Shared<'a, 't> {
    path: Node<'t>,
    first: &'a Item<'t>,
    count: usize,
}

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut owners: BTreeMap<Identity<'t>, Vec<&Item<'t>>> = BTreeMap::new();
    for item in set.of_kind("argoproj.io", "Application").filter(|item| !item.surroundings.altered) {
        let Some(application) = Application::of(item.object) else { continue };
        let mut shared: BTreeMap<u32, Shared<'_, 't>> = BTreeMap::new();
        for (identity, brought, path) in brings(application, set) {
            let known = owners.entry(identity).or_default();
            let other = known.iter().find(|other| other.name() != item.name() && set.are_applied_together(other, item));
            if let Some(other) = other {
                shared.entry(other.index).or_insert(Shared { path, first: brought, count: 0 }).count += 1;
            }
            known.push(item);
        }
        for (other, Shared { path, first, count }) in shared {
            let other = &set.items()[other as usize];
            let more = if count > 1 { format!(" and {} more objects", count - 1) } else { String::new() };
            let message = format!(
                "{} deploys {}{more}, and so does {}",
                item.object.title(),
                first.object.title(),
                other.object.title()
            );
            let help = "let one of them deploy the object";
            context
                .report_on(item, path, message)
                .help(help)
                .related(first.object.place(), "the object")
                .related(other.object.place(), "the other");
        }
    }
}

/// The objects that an Application brings, as they will be called in its cluster.
fn brings<'a, 't>(application: Application<'t>, set: &'a ApplySet<'t>) -> Vec<(Identity<'t>, &'a Item<'t>, Node<'t>)> {
    let text = |field: &str| {
        application.spec.get("destination").and_then(|destination| destination.str_at(field)).unwrap_or("")
    };
    let (server, cluster, namespace) = (text("server"), text("name"), text("namespace"));
    let mut found = Vec::new();
    for source in application.sources() {
        let Some(path) = source.literal("path") else { continue };
        for item in set.delivered_by(source) {
            let gvk = item.object.gvk;
            let placed =
                if apis::is_cluster_scoped(gvk) == Some(true) { "" } else { item.namespace().unwrap_or(namespace) };
            let identity = (server, cluster, gvk.group, gvk.kind, placed, item.name().unwrap_or(""));
            found.push((identity, item, path));
        }
    }
    found
}
