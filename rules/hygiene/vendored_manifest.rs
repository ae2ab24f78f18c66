use std::collections::BTreeMap;

use crate::rule::prelude::*;

rule! {
    /// A generated or vendored file.
    ///
    /// A program wrote it (a comment at its top says so, or it is the output of `helm template`), or it is the release of an
    /// operator, with its definitions, permissions and workloads in one file. What could be better in it is not fixed here:
    /// warnings of policy about it are reported as info. Errors stay what they are, and so does what the configuration gives a
    /// severity.
    ///
    /// **How to fix**: leave it out with `exclude`, or change its source.
    id: "vendored-manifest",
    severity: Info,
    references: &["https://kustomize.io/"],
    check: Check::Set(check),
}

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut files: BTreeMap<_, (&Item<'t>, &'static str, usize, bool)> = BTreeMap::new();
    for item in set.items().iter().filter(|item| item.checked) {
        if let Some(why) = set.vendored(item.source) {
            let file = files.entry(item.source).or_insert((item, why, 0, false));
            file.2 += 1;
            file.3 |= item.workload().is_some();
        }
    }
    // Of definitions and the like little is said at all.
    for (item, why, count, _) in files.into_values().filter(|(_, _, _, runs)| *runs) {
        let objects = if count == 1 { "its object".to_owned() } else { format!("its {count} objects") };
        let message = format!("this file is {why}: warnings about {objects} are reported as info");
        context.report_on(item, item.object.place(), message).help("leave it out with `exclude`, or change its source");
    }
}
