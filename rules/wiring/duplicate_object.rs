use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// The same object twice.
    ///
    /// The later one overwrites the earlier: what is written first never holds, and Argo CD reports a repeated resource;
    /// kustomize does not build at all. Checked within a file, within a kustomization, and within a directory that an Application
    /// of Argo CD or a Flux Kustomization in the repository applies; other files of one name may be alternatives.
    ///
    /// **How to fix**: merge the two, or rename one.
    id: "duplicate-object",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"],
    check: Check::Set(check),
}

/// What brings an object to a cluster: its file, or a directory that is applied.
#[derive(PartialEq, Eq, Hash)]
enum Unit<'a> {
    File(u32),
    Directory(&'a str),
}

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut known: HashMap<_, &Item<'t>, rustc_hash::FxBuildHasher> = HashMap::default();
    for item in set.items() {
        let gvk = item.object.gvk;
        // An object can be taken in by many: those are looked at where another has its name.
        let Some(name) = item.name().filter(|name| set.shares_name(gvk.kind, name) && !is_selected(item.object)) else {
            continue;
        };
        let mut earlier: Option<&Item<'t>> = None;
        for unit in units(set, item) {
            let first = *known.entry((unit, gvk.group, gvk.kind, item.namespace(), name)).or_insert(item);
            earlier = earlier.or(Some(first).filter(|first| first.index != item.index));
        }
        let Some(earlier) = earlier else { continue };
        let message = match earlier.written_in() == item.written_in() {
            true => format!("{} is defined twice in this file", item.object.title()),
            false => format!(
                "{} is also defined in another file that is applied together with this one",
                item.object.title()
            ),
        };
        // What is written twice in the same words comes to one.
        let (one, other) = (item.object.root, earlier.object.root);
        let is_copy = !one.tree().is_built() && !other.tree().is_built() && one.raw() == other.raw();
        let help = match is_copy {
            true => "the two are the same: remove one",
            false => "merge the two, or rename one: the later one overwrites the earlier",
        };
        let told = context.report_on(item, item.object.place(), message).help(help);
        let told = if is_copy { told.at_most(Severity::Warning) } else { told };
        told.related(earlier.object.place(), "the first");
    }
}

/// Within what an object has to be the only one of its name: not a directory where a kustomization renames or alters it, or
/// places it in several namespaces.
fn units<'a, 't: 'a>(set: &'a ApplySet<'t>, item: &Item<'t>) -> Vec<Unit<'a>> {
    let around = item.surroundings;
    let plain = !around.renames && !around.varies && !around.altered;
    let directories = set.units(item).into_iter().chain(set.applied_directory(item)).filter(|_| plain);
    std::iter::once(Unit::File(item.source.0)).chain(directories.map(Unit::Directory)).collect()
}

/// Whether Config Sync takes the object only into some namespaces or clusters: another may stand in for it elsewhere.
fn is_selected(object: Object<'_>) -> bool {
    let annotations = object.annotations();
    annotations.into_iter().flat_map(Node::entries).any(|entry| SELECTORS.contains(&entry.name))
}

const SELECTORS: &[&str] = &[
    "configmanagement.gke.io/cluster-name-selector",
    "configmanagement.gke.io/cluster-selector",
    "configmanagement.gke.io/namespace-selector",
    "configsync.gke.io/cluster-name-selector",
    "configsync.gke.io/cluster-selector",
    "configsync.gke.io/namespace-selector",
];
