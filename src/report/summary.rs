//! The last lines of a report: how much was checked, what was found, what was not checked and why.
//!
//! In: a finished report. Out: lines of plain text, and counts by rule.

use std::collections::BTreeMap;

use crate::escape::name;
use crate::finding::Severity;

use super::{RenderState, Report, Skipped};

/// Kinds without a schema that are named unless all are asked for.
const MOST_KINDS: usize = 5;
/// Sets that were not rendered in full and are named unless all are asked for.
const MOST_SETS: usize = 3;

/// The summary: what was checked and found; then, where there is any, what has no schema, was skipped or suppressed.
/// Files are named where everything is asked for.
pub fn lines(report: &Report, everything: bool) -> Vec<String> {
    let mut lines = vec![checked(report)];
    lines.extend(older(report));
    lines.extend(without_schema(report, if everything { usize::MAX } else { MOST_KINDS }));
    lines.extend(rendered(report, if everything { usize::MAX } else { MOST_SETS }));
    lines.extend(skipped(report));
    if everything {
        lines.extend(report.coverage.skipped.iter().map(skipped_line));
    }
    lines.extend(suppressed(report));
    lines
}

fn checked(report: &Report) -> String {
    let coverage = &report.coverage;
    let objects = count(coverage.objects, "object");
    let files = count(coverage.files, "file");
    format!("{objects} in {files} checked against Kubernetes {}: {}", report.versions, found(report))
}

/// What a report on what is new does not speak of.
fn older(report: &Report) -> Option<String> {
    let since = report.since.as_ref()?;
    let (revision, commit) = (&since.revision, since.commit.get(..7).unwrap_or(&since.commit));
    let named = if since.commit.starts_with(revision.as_str()) { commit } else { &format!("{revision} ({commit})") };
    let changed = count(since.changed, "document");
    let older = count(since.older, "older finding");
    Some(format!("{changed} of {} changed since {named}: {older} left out", report.coverage.documents))
}

/// `1 error, 2 warnings`, or that nothing was found.
pub(super) fn found(report: &Report) -> String {
    let of = |severity: Severity| match (report.count(severity), severity) {
        (0, _) => None,
        (number, Severity::Info) => Some(format!("{number} info")),
        (number, _) => Some(count(number, severity.as_str())),
    };
    let found: Vec<_> = Severity::ALL.into_iter().filter_map(of).collect();
    if found.is_empty() { "no findings".to_owned() } else { found.join(", ") }
}

/// The kinds that most objects have, and how many more there are.
fn without_schema(report: &Report, most: usize) -> Option<String> {
    let total: usize = report.coverage.no_schema.values().sum();
    let mut kinds: Vec<_> = report.coverage.no_schema.iter().collect();
    kinds.sort_by_key(|&(kind, &number)| (std::cmp::Reverse(number), kind));
    let mut named: Vec<_> = kinds
        .iter()
        .take(most)
        .map(|((api_version, kind), number)| match number {
            1 => format!("{} {}", name(api_version), name(kind)),
            _ => format!("{number} {} {}", name(api_version), name(kind)),
        })
        .collect();
    if kinds.len() > most {
        named.push(format!("and {} (-v lists all)", count(kinds.len() - most, "more kind")));
    }
    (total > 0).then(|| format!("{} without a schema: {}", count(total, "object"), named.join(", ")))
}

/// How many sets were rendered; then those that were not, or not in full, and why.
fn rendered(report: &Report, most: usize) -> Vec<String> {
    let sets = &report.coverage.sets;
    let states =
        [(RenderState::Rendered, "rendered"), (RenderState::Partly, "in part"), (RenderState::Failed, "failed")];
    let counted = states.map(|(state, word)| (sets.iter().filter(|set| set.state == state).count(), word));
    let counted: Vec<_> = counted.into_iter().filter(|(number, _)| *number > 0).collect();
    let first = sets.first().map_or("set", |set| set.what);
    let total = count(sets.len(), if sets.iter().all(|set| set.what == first) { first } else { "set" });
    let mut lines = match counted[..] {
        [] => return Vec::new(),
        [(_, word)] => vec![format!("{total} {}", if word == "in part" { "rendered in part" } else { word })],
        _ => {
            let each: Vec<_> = counted.iter().map(|(number, word)| format!("{number} {word}")).collect();
            vec![format!("{total}: {}", each.join(", "))]
        }
    };
    let other: Vec<_> = sets.iter().filter(|set| set.state != RenderState::Rendered).collect();
    lines.extend(other.iter().take(most).map(|set| format!("  {}: {} ({})", set.state.as_str(), set.name, set.detail)));
    if other.len() > most {
        lines.push(format!("  and {} more (-v lists all)", other.len() - most));
    }
    lines
}

/// How many entries of the ledger were passed over for each reason, the most frequent first.
pub fn skipped_by_reason(report: &Report) -> Vec<(&'static str, usize)> {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for skipped in &report.coverage.skipped {
        *reasons.entry(skipped.reason.as_str()).or_default() += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|&(reason, number)| (std::cmp::Reverse(number), reason));
    reasons
}

fn skipped(report: &Report) -> Option<String> {
    let reasons = skipped_by_reason(report);
    let named: Vec<_> = reasons.iter().map(|(reason, number)| format!("{number} {reason}")).collect();
    let documents = report.coverage.skipped.iter().filter(|skipped| skipped.document.is_some()).count();
    let what = [(report.coverage.skipped.len() - documents, "file"), (documents, "document")];
    let what: Vec<_> =
        what.iter().filter(|(number, _)| *number > 0).map(|&(number, noun)| count(number, noun)).collect();
    (!what.is_empty()).then(|| format!("{} not checked: {}", what.join(" and "), named.join(", ")))
}

/// One entry of the ledger, with what is known of it.
fn skipped_line(skipped: &Skipped) -> String {
    let document = skipped.document.map(|number| format!(", document {number}")).unwrap_or_default();
    let detail = if skipped.detail.is_empty() { String::new() } else { format!(" ({})", skipped.detail) };
    format!("  {}: {}{document}{detail}", skipped.reason.as_str(), skipped.file)
}

/// How many findings are suppressed, and by what.
fn suppressed(report: &Report) -> Option<String> {
    let mut by: BTreeMap<&str, usize> = BTreeMap::new();
    for suppression in report.findings.iter().filter_map(|finding| finding.suppressed.as_ref()) {
        *by.entry(suppression.by).or_default() += 1;
    }
    let named: Vec<_> = by.iter().map(|(by, number)| format!("{number} by {by}")).collect();
    let number = report.suppressed();
    (number > 0).then(|| format!("{} suppressed: {}", count(number, "finding"), named.join(", ")))
}

/// A number and a noun, in the plural where it has to be.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// How often each rule reported with each severity, the most frequent first.
pub fn by_rule(report: &Report) -> Vec<(&str, Severity, usize)> {
    let mut rules: BTreeMap<(&str, Severity), usize> = BTreeMap::new();
    for finding in report.active() {
        *rules.entry((&finding.rule, finding.severity)).or_default() += 1;
    }
    let mut rules: Vec<_> = rules.into_iter().map(|((rule, severity), number)| (rule, severity, number)).collect();
    rules.sort_by_key(|&(rule, severity, number)| (std::cmp::Reverse((number, severity)), rule));
    rules
}
