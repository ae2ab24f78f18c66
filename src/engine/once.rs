//! Findings that say one thing twice.
//!
//! In: all findings of a run. Out: the same; that a node keeps the `latest` it has is said with the finding on the tag, where there
//! is one for the container.

use rustc_hash::FxHashSet;

use crate::finding::Finding;
use crate::source::SourceId;

/// Takes out what another finding of the container says.
pub(super) fn say(findings: &mut Vec<Finding>) {
    let stale: FxHashSet<Place> = findings.iter().filter(|finding| finding.rule == STALE).map(place).collect();
    if stale.is_empty() {
        return;
    }
    let mut told = FxHashSet::default();
    for finding in findings.iter_mut().filter(|finding| finding.rule == LATEST) {
        let place = place(finding);
        if stale.contains(&place) {
            told.insert(place);
            finding.help.get_or_insert_default().push_str(KEPT);
        }
    }
    findings.retain(|finding| finding.rule != STALE || !told.contains(&place(finding)));
}

const STALE: &str = "stale-latest-image";
const LATEST: &str = "latest-image-tag";
const KEPT: &str = "; by its `imagePullPolicy` each node keeps whichever `latest` it pulled first";

/// A document, the object in it, and the path of a container.
type Place = (SourceId, Option<u32>, String, Option<String>);

fn place(finding: &Finding) -> Place {
    let container = finding.path.rsplit_once('.').map_or("", |(container, _)| container);
    let name = finding.object.as_ref().and_then(|object| object.name.clone());
    (finding.source(), finding.document, container.to_owned(), name.map(|name| name.to_string()))
}
