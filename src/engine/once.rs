//! Findings that say one thing twice.
//!
//! In: all findings of a run. Out: the same; that a node keeps the `latest` it has is said with the finding on the tag, where there
//! is one for the container; and an API that is gone once for a file that nobody edits.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::finding::{Finding, Label};
use crate::source::{SourceId, Span};
use crate::workspace::ApplySet;

/// Takes out what another finding says.
pub(super) fn say(findings: &mut Vec<Finding>, set: &ApplySet<'_>) {
    of_containers(findings);
    of_releases(findings, set);
}

/// What is said of one API in a file that was copied as a whole: a newer release of it has another one throughout.
fn of_releases(findings: &mut Vec<Finding>, set: &ApplySet<'_>) {
    let mut same: BTreeMap<(SourceId, String), Vec<(Span, usize)>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        let is_gone = finding.rule == "unknown-kind" && finding.message.contains("is not served since");
        if is_gone && set.vendored(finding.source()).is_some() {
            let key = (finding.source(), finding.message.clone());
            same.entry(key).or_default().push((finding.primary.span, at));
        }
    }
    let mut gone = vec![false; findings.len()];
    for (_, mut places) in same.into_iter().filter(|(_, places)| places.len() > 1) {
        places.sort_unstable();
        let (first, others) = (places[0].1, &places[1..]);
        others.iter().for_each(|(_, at)| gone[*at] = true);
        let more = match others.len() {
            1 => "another one".to_owned(),
            count => format!("{count} others"),
        };
        let labels =
            others.iter().take(MOST).map(|(span, _)| Label { span: *span, message: "here as well".to_owned() });
        findings[first].message.push_str(&format!(": this one and {more} in this file"));
        findings[first].related.extend(labels);
    }
    let mut gone = gone.into_iter();
    findings.retain(|_| !gone.next().unwrap_or_default());
}

/// Most places that are shown beside the first.
const MOST: usize = 20;

/// Takes out what another finding of the container says.
fn of_containers(findings: &mut Vec<Finding>) {
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
