//! What is said again and again, and has one cause.
//!
//! In: all findings of a run, how its objects divide. Out: the same; where several sets that are no alternatives bring objects to one
//! namespace that has no NetworkPolicy, that is one finding, with the places of the others related; so is a base that several overlays
//! take in, none of which has one; an image that changes is one for
//! its container; what a repository does throughout is its habit, and a remark.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Finding, Label, Severity};
use crate::source::{SourceId, SourceMap, Span};
use crate::workspace::{SetId, Sets};

use super::once::leave_out;

/// The rule that speaks of namespaces as a whole.
const RULE: &str = "missing-network-policy";
/// Most places of other sets that are related.
const MOST: usize = 50;

/// Rules on what is a matter of habit: who rolls back by Git keeps no old revisions in the cluster.
const HABITS: [&str; 1] = ["rollback-disabled"];
/// So often it is done on purpose.
const OFTEN: usize = 10;

/// Whether findings of a rule say more, or less, where there are others of it: those in files that are not checked count.
pub(super) fn add_up(rule: &str) -> bool {
    rule == RULE || HABITS.contains(&rule)
}

/// The rules on an image that changes: by its tag, and by what a node keeps of it.
const LATEST: &str = "latest-image-tag";
const STALE: &str = "stale-latest-image";

/// Takes out that a node keeps the `latest` it has, where the tag of the same container is reported in another file: a chart's values
/// say the one, its template the other.
pub(super) fn join_images(findings: &mut Vec<Finding>) {
    let container = |finding: &Finding| {
        let path = finding.path.rsplit_once('.').map(|(container, _)| container.to_owned());
        let object = finding.object.as_ref().map(|object| (object.kind.clone(), object.name.clone()));
        finding.subject.zip(path).map(|(subject, path)| (subject, path, object))
    };
    let told: FxHashSet<_> = findings.iter().filter(|finding| finding.rule == LATEST).filter_map(container).collect();
    findings.retain(|finding| finding.rule != STALE || container(finding).is_none_or(|place| !told.contains(&place)));
}

/// Says of a kustomization that cannot be built what it has lost: the entries under a key that stands there again.
pub(super) fn relate_lost(findings: &mut [Finding]) {
    let lost = findings.iter().filter(|finding| finding.rule == "duplicate-key");
    let lost: FxHashMap<SourceId, Span> = lost.map(|finding| (finding.source(), finding.primary.span)).collect();
    if lost.is_empty() {
        return;
    }
    for finding in findings.iter_mut().filter(|finding| finding.rule == "kustomize-build-failed") {
        if let Some(&span) = lost.get(&finding.source()) {
            let message = "this key is there again: what stands under the first one is lost".to_owned();
            finding.related.push(Label { span, message });
        }
    }
}

/// Takes what is done throughout for remarks.
pub(super) fn soften(findings: &mut [Finding]) {
    for rule in HABITS {
        let is_one = |finding: &&mut Finding| finding.rule == rule;
        if findings.iter_mut().filter(is_one).count() >= OFTEN {
            findings.iter_mut().filter(is_one).for_each(|finding| finding.severity = Severity::Info);
        }
    }
}

/// Joins what several sets have said of one namespace.
pub(super) fn join(findings: &mut Vec<Finding>, sets: &Sets, sources: &SourceMap) {
    let mut of_namespaces: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.rule == RULE) {
        if let Some(about) = &finding.about {
            of_namespaces.entry(about.to_string()).or_default().push(at);
        }
    }
    let mut gone = Vec::new();
    for mut same in of_namespaces.into_values().filter(|same| same.len() > 1) {
        // The same on any number of threads: the first by its file and place.
        same.sort_by_key(|&at| {
            let place = findings[at].primary.span;
            (findings[at].severity == Severity::Info, sources.get(place.source).name.clone(), place.start)
        });
        let of = |at: usize| set_of(&findings[at], sets);
        let first = same[0];
        let joined = same[1..].iter().copied().filter(|&at| are_together(of(first), of(at), sets));
        let joined: Vec<usize> = joined.collect();
        if joined.is_empty() {
            continue;
        }
        let message = "pods of this set accept traffic from anywhere, too";
        let places = joined.iter().take(MOST).map(|&at| findings[at].primary.span);
        let related: Vec<_> = places.map(|span| Label { span, message: message.to_owned() }).collect();
        findings[first].related.extend(related);
        let count = joined.len();
        let more = if count == 1 { "one more set" } else { &format!("{count} more sets") };
        findings[first].message.push_str(&format!(", nor those of {more}"));
        gone.extend(joined);
    }
    leave_out(findings, gone);
    join_overlays(findings, sources);
}

/// Joins what several roots have said of the same written workload: who mends it mends the base.
fn join_overlays(findings: &mut Vec<Finding>, sources: &SourceMap) {
    let mut of_bases: BTreeMap<(SourceId, u32, &str), Vec<usize>> = BTreeMap::new();
    let built = |finding: &Finding| finding.rule == RULE && !finding.sets.names.is_empty();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| built(finding)) {
        let Some((object, (source, document))) = finding.object.as_ref().zip(finding.home) else { continue };
        of_bases.entry((source, document, &object.kind)).or_default().push(at);
    }
    let mut leaders: Vec<(usize, Vec<usize>)> = Vec::new();
    for mut same in of_bases.into_values().filter(|same| same.len() > 1) {
        same.sort_by_key(|&at| {
            let place = findings[at].primary.span;
            (findings[at].severity == Severity::Info, sources.get(place.source).name.clone(), place.start)
        });
        leaders.push((same[0], same[1..].to_vec()));
    }
    for (first, joined) in &leaders {
        let labels: Vec<Label> = joined
            .iter()
            .take(MOST)
            .map(|&at| Label { span: findings[at].primary.span, message: "the same in this overlay".to_owned() })
            .collect();
        let names: Vec<_> = joined.iter().flat_map(|&at| findings[at].sets.names.clone()).collect();
        let leader = &mut findings[*first];
        leader.related.extend(labels);
        leader.sets.add(names);
        let count = joined.len();
        let more = if count == 1 { "one more overlay" } else { &format!("{count} more overlays") };
        leader.message.push_str(&format!(", nor those of {more} of the same base"));
    }
    leave_out(findings, leaders.into_iter().flat_map(|(_, joined)| joined));
}

/// The set that a finding holds in; nothing where there are several, or none with a name.
fn set_of(finding: &Finding, sets: &Sets) -> Option<SetId> {
    match finding.sets.names.as_slice() {
        [one] => sets.of_root(one),
        _ => None,
    }
}

/// Whether two sets may be in one cluster.
fn are_together(one: Option<SetId>, other: Option<SetId>, sets: &Sets) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other && !sets.are_alternatives(one, other))
}
