//! What has one cause, and would be told at each of the places where it shows.
//!
//! In: the sorted findings of a run, those suppressed marked. Out: the same; of those that have one cause the first is told, with how
//! many more there are, and relates the others: the ports of one container, the placeholders of one Secret, a helper that a chart lacks,
//! a line that a component brings into many objects, objects of a file that differ in a number alone. What is done throughout a repository is told loudly once.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Label, Severity};
use crate::source::{SourceId, Span};

use super::once::{Place, container, leave_out};
use super::sorter::MAKES_TEMPLATE;

/// Most places that are related.
const MOST: usize = 50;
/// What is so often done one way is a way of doing things.
const OFTEN: usize = 10;
/// Rules on a way of doing things that everything of a kind shares: once is enough to hear of it.
/// Whether each message is a way of its own is said with them.
const HABITS: [(&str, bool); 4] = [
    ("application-set-missing-key", false),
    ("deprecated-custom-api", true),
    ("ingress-without-tls", false),
    ("unknown-sync-option", true),
];
/// Rules on items of a list, which is mended as a whole: the others are named with the first.
const LISTS: [&str; 3] = ["dangerous-capability", "unknown-rbac-verb", "unknown-rbac-resource"];

/// How it ends what is said of a reference to something that another set has.
const NOT_TOGETHER: &str = "is not applied together with this";

/// What the causes are, by rules.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Cause {
    Container(Place),
    /// An object.
    Object(SourceId, Option<u32>, Option<String>),
    /// An object, and what is said of it.
    Said(SourceId, Option<u32>, Option<String>, String),
    /// A file whose objects lack what is applied elsewhere, and the sets.
    Apart(SourceId, Vec<String>),
    /// The charts, and what they lack.
    Chart(Vec<String>, String),
    /// The templates of a repository that no program here reads.
    Language,
    /// The charts whose own charts are to be fetched.
    Unfetched,
    /// A pod, and who refuses it.
    Pod(SourceId, Option<u32>, Option<String>, String),
    /// A line.
    Line(Span),
    /// A file, and what is said there of objects that differ in a number.
    Series(SourceId, String),
    /// A list of an object, each item of which is told.
    List(SourceId, Option<u32>, Option<String>, String),
}

/// Tells once what has one cause.
pub(super) fn fold(findings: &mut Vec<Finding>) {
    habits(findings);
    let mut first: FxHashMap<(String, Severity, Cause), usize> = FxHashMap::default();
    let mut others: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.suppressed.is_none()) {
        let Some(cause) = cause(finding) else { continue };
        match first.entry((finding.rule.to_string(), finding.severity, cause)) {
            Entry::Occupied(leader) => others.entry(*leader.get()).or_default().push(at),
            Entry::Vacant(new) => drop(new.insert(at)),
        }
    }
    for (&leader, joined) in &others {
        let more: Vec<Finding> = joined.iter().map(|&at| findings[at].clone()).collect();
        tell(&mut findings[leader], &more);
    }
    leave_out(findings, others.into_values().flatten());
}

fn cause(finding: &Finding) -> Option<Cause> {
    let name = || finding.object.as_ref().and_then(|object| object.name.as_deref()).map(str::to_owned);
    let sets = || finding.sets.names.iter().map(|name| name.to_string()).collect();
    match finding.rule.as_str() {
        "host-port" => container(finding).map(Cause::Container),
        "unfilled-placeholder" if finding.message.ends_with(MAKES_TEMPLATE) => Some(Cause::Language),
        "pod-security-violation" => {
            let (by, _) = finding.message.split_once(THIS_POD)?;
            Some(Cause::Pod(finding.source(), finding.document, name(), by.to_owned()))
        }
        "placeholder-secret-value" if finding.path.starts_with("data") || finding.path.starts_with("stringData") => {
            Some(Cause::Object(finding.source(), finding.document, name()))
        }
        "chart-not-checked" => Some(Cause::Unfetched),
        "undefined-chart-template" => {
            let lacking = finding.message.split(';').next().unwrap_or_default().to_owned();
            Some(Cause::Chart(sets(), lacking))
        }
        // What a component or a substitution brings into many objects is written once.
        "committed-secret" if !finding.sets.names.is_empty() => Some(Cause::Line(finding.primary.span)),
        "duplicate-port-name" => Some(Cause::Said(finding.source(), finding.document, name(), finding.message.clone())),
        rule if LISTS.contains(&rule) => {
            let (list, _) = finding.path.rsplit_once('[')?;
            Some(Cause::List(finding.source(), finding.document, name(), list.to_owned()))
        }
        // Where a file lies, or which Application takes it in, decides for all of it.
        rule if rule.starts_with("dangling-") && finding.message.ends_with(NOT_TOGETHER) => {
            Some(Cause::Apart(finding.source(), sets()))
        }
        rule if rule.starts_with("dangling-") => {
            let counted = finding.message.contains(|c: char| c.is_ascii_digit());
            counted.then(|| Cause::Series(finding.source(), without_numbers(&finding.message)))
        }
        _ => None,
    }
}

/// A text with one mark for each number: `node-1` and `node-12` are of one series.
fn without_numbers(text: &str) -> String {
    let digits = |c: char| c.is_ascii_digit();
    text.split(digits).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("#")
}

/// Between who refuses a pod and why.
const THIS_POD: &str = " this pod: ";
/// So many reasons are told in full.
const REASONS: usize = 4;

/// The reasons for which a pod is refused, as the server gives them: in one line.
fn reasons(leader: &mut Finding, others: &[Finding]) {
    let why = |finding: &Finding| finding.message.split_once(THIS_POD).map(|(_, why)| why.to_owned());
    let mut known: Vec<String> = why(leader).into_iter().collect();
    for reason in others.iter().filter_map(why) {
        if !known.contains(&reason) {
            known.push(reason);
        }
    }
    for reason in known.iter().take(REASONS).skip(1) {
        leader.message.push_str(&format!("; {reason}"));
    }
    if known.len() > REASONS {
        leader.message.push_str(&format!("; and {} more", known.len() - REASONS));
    }
}

/// Says with a finding that it stands for others.
fn tell(leader: &mut Finding, others: &[Finding]) {
    let related = leader.related.iter().map(|label| label.span);
    let mut known: Vec<Span> = std::iter::once(leader.primary.span).chain(related).collect();
    for other in others {
        let span = other.primary.span;
        if !known.contains(&span) && leader.related.len() < MOST {
            known.push(span);
            leader.related.push(Label { span, message: other.message.clone() });
        }
        leader.sets.others.extend(other.subject);
        if let (Some(own), Some(fix)) = (&mut leader.fix, &other.fix) {
            own.edits.extend(fix.edits.iter().filter(|edit| !own.edits.contains(edit)).cloned().collect::<Vec<_>>());
        }
    }
    leader.sets.add(others.iter().flat_map(|other| other.sets.names.iter().cloned()));
    if leader.rule == "pod-security-violation" {
        return reasons(leader, others);
    }
    if LISTS.contains(&leader.rule.as_str()) {
        let named: Vec<String> = others.iter().filter_map(|other| differing(&leader.message, &other.message)).collect();
        leader.message.push_str(&format!(" (and {})", named.join(", ")));
        return;
    }
    let what = match leader.rule.as_str() {
        "unfilled-placeholder" => "documents like it",
        "committed-secret" => "objects of this line",
        "chart-not-checked" if others.len() == 1 => "chart like it",
        "chart-not-checked" => "charts like it",
        "undefined-chart-template" => "uses of it",
        "host-port" => "ports of this container",
        "placeholder-secret-value" => "keys of this object",
        "duplicate-port-name" => "ports of this pod",
        _ if leader.message.ends_with(NOT_TOGETHER) => "references of this file",
        _ => "of this series",
    };
    leader.message.push_str(&format!(" (and {} more {what})", others.len()));
}

/// What a message quotes that another one of its rule does not: the item of the list.
fn differing(one: &str, other: &str) -> Option<String> {
    let known: Vec<&str> = one.split('`').skip(1).step_by(2).collect();
    let mut quoted = other.split('`').skip(1).step_by(2);
    quoted.find(|word| !known.contains(word)).map(|word| format!("`{word}`"))
}

/// Leaves what is done throughout loud where it is said first.
fn habits(findings: &mut [Finding]) {
    let mut alike: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    let is_loud = |finding: &Finding| finding.severity > Severity::Info && finding.suppressed.is_none();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| is_loud(finding)) {
        if let Some((rule, by_message)) = HABITS.iter().find(|(rule, _)| finding.rule == *rule) {
            let message = if *by_message { finding.message.clone() } else { String::new() };
            alike.entry((rule, message)).or_default().push(at);
        }
    }
    for all in alike.into_values().filter(|all| all.len() >= OFTEN) {
        findings[all[0]].message.push_str(&format!(", as do {} more of this repository", all.len() - 1));
        all[1..].iter().for_each(|&at| findings[at].severity = Severity::Info);
    }
}
