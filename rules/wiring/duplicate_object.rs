use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// The same object twice.
    ///
    /// The later one overwrites the earlier: what is written first never holds, and Argo CD reports a repeated resource;
    /// kustomize does not build at all. Judged within a file, within a kustomization, and within a directory that an Application
    /// of Argo CD or a Kustomization of Flux in the repository applies; other files of one name may be alternatives.
    ///
    /// **How to fix**: merge the two, or rename one.
    id: "duplicate-object",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"],
    check: Check::Set(check),
}

fn check<'t>(set: &ApplySet<'t>, context: &mut Context<'_, 't>) {
    let mut known: BTreeMap<_, Vec<&Item<'t>>> = BTreeMap::new();
    for item in set.items() {
        let Some(name) = item.name() else { continue };
        let gvk = item.object.gvk;
        let others = known.entry((gvk.group, gvk.kind, item.namespace(), name)).or_default();
        let earlier = others.iter().find(|other| are_applied_as_one(set, other, item)).copied();
        others.push(item);
        let Some(earlier) = earlier else { continue };
        let message = match earlier.source == item.source {
            true => format!("{} is in this file twice", item.object.title()),
            false => format!("{} is in another file that is applied with this one", item.object.title()),
        };
        context
            .report_on(item, item.object.place(), message)
            .help("merge the two, or rename one: the later one overwrites the earlier")
            .related(earlier.object.place(), "the first");
    }
}

/// Whether both are sure to be applied, as objects of these names: not where a kustomization renames either, or places it in
/// several namespaces.
fn are_applied_as_one<'t>(set: &ApplySet<'t>, one: &Item<'t>, other: &Item<'t>) -> bool {
    let plain = |item: &Item<'t>| !item.surroundings.renames && !item.surroundings.varies && !item.surroundings.altered;
    one.source == other.source || (plain(one) && plain(other) && set.are_sure_to_meet(one, other))
}
