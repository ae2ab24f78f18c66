use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::rule::prelude::*;

rule! {
    /// The same object twice in one file.
    ///
    /// The later one overwrites the earlier: what is written first never holds, and Argo CD reports a repeated resource.
    ///
    /// **How to fix**: merge the two, or rename one.
    id: "duplicate-object",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"],
    check: Check::Set(check),
}

fn check<'t>(set: &ApplySet<'t>, context: &mut Context<'_, 't>) {
    let mut first: BTreeMap<_, &Item<'t>> = BTreeMap::new();
    for item in set.items() {
        let Some(name) = item.name() else { continue };
        let gvk = item.object.gvk;
        let earlier = match first.entry((item.source, gvk.group, gvk.kind, item.namespace(), name)) {
            Entry::Vacant(place) => {
                place.insert(item);
                continue;
            }
            Entry::Occupied(earlier) => *earlier.get(),
        };
        let message = format!("{} is in this file twice", item.object.title());
        context
            .report_on(item, item.object.place(), message)
            .help("merge the two, or rename one: the later one overwrites the earlier")
            .related(earlier.object.place(), "the first");
    }
}
