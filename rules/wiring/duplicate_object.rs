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
    for (index, item) in set.items().iter().enumerate() {
        let Some(name) = item.name() else { continue };
        let gvk = item.object.gvk;
        let earlier = set.named(gvk.kind, name, item.namespace()).find(|other| {
            (other.index as usize) < index
                && other.source == item.source
                && other.object.gvk.group == gvk.group
                && other.namespace() == item.namespace()
        });
        if let Some(earlier) = earlier {
            let message = format!("{} is in this file twice", item.object.title());
            context
                .report_on(item, item.object.place(), message)
                .help("merge the two, or rename one: the later one overwrites the earlier")
                .related(earlier.object.place(), "the first");
        }
    }
}
