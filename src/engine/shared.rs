//! What many places of a repository share.
//!
//! In: the sorted findings of a run, those suppressed marked, and its objects. Out: the same; a credential that stands in several places
//! is one finding, with the others related, as is plain HTTP for the same hosts: who mends it at one place has to mend it at all.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::finding::{Category, Finding, Label, Severity, Subject};
use crate::object::tls::ingress_hosts;
use crate::source::{Source, Span};
use crate::workspace::ApplySet;

use super::Run;
use super::once::leave_out;
use super::texts::{LONGEST_LINE, Texts};

/// Most places that are related.
const MOST: usize = 50;
/// Shorter values are alike by chance.
const SHORTEST: usize = 6;
/// The rule on plain HTTP.
const PLAIN: &str = "ingress-without-tls";

/// What findings share: the rule, the severity, the value or the hosts.
type Key = (String, Severity, String);

/// Joins what is shared.
pub(super) fn join(findings: &mut Vec<Finding>, whole: &ApplySet<'_>, run: &Run<'_>) {
    let hosts = hosts(findings, whole);
    let mut texts = Texts::new(run);
    let mut groups: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| counts(finding)) {
        let shared = match finding.category {
            Category::Secrets => credential(finding, &mut texts),
            _ => finding.subject.and_then(|subject| hosts.get(&subject).cloned()),
        };
        if let Some(shared) = shared {
            groups.entry((finding.rule.to_string(), finding.severity, shared)).or_default().push(at);
        }
    }
    let mut gone = Vec::new();
    for same in groups.into_values().filter(|same| same.len() > 1) {
        // They are sorted: the first by its file and place stands for all.
        let (leader, others) = (same[0], &same[1..]);
        let of_secret = findings[leader].category == Category::Secrets;
        let what = if of_secret { "the same value" } else { "the same hosts" };
        let spans: Vec<Span> = others.iter().take(MOST).map(|&at| findings[at].primary.span).collect();
        let sets: Vec<_> = others.iter().flat_map(|&at| findings[at].sets.names.clone()).collect();
        let subjects: Vec<_> = others.iter().filter_map(|&at| findings[at].subject).collect();
        let finding = &mut findings[leader];
        finding.related.extend(spans.into_iter().map(|span| Label { span, message: format!("{what} here") }));
        finding.sets.add(sets);
        finding.sets.others.extend(subjects);
        let places = if others.len() == 1 { "place" } else { "places" };
        finding.message.push_str(&format!(" ({what} in {} more {places})", others.len()));
        gone.extend_from_slice(others);
    }
    leave_out(findings, gone);
}

fn counts(finding: &Finding) -> bool {
    let told = finding.suppressed.is_none() && finding.severity > Severity::Info && finding.fix.is_none();
    // What is to be filled in is no credential as yet.
    told && (finding.rule == PLAIN
        || (finding.category == Category::Secrets && finding.rule != "placeholder-secret-value"))
}

/// The hosts of the Ingresses that findings are about.
fn hosts(findings: &[Finding], whole: &ApplySet<'_>) -> FxHashMap<Subject, String> {
    if !findings.iter().any(|finding| finding.rule == PLAIN) {
        return FxHashMap::default();
    }
    let ingresses = whole.of_kind("networking.k8s.io", "Ingress").chain(whole.of_kind("extensions", "Ingress"));
    let own = ingresses.filter_map(|item| {
        let mut hosts: Vec<&str> = ingress_hosts(item.object.spec()?).collect();
        hosts.sort_unstable();
        hosts.dedup();
        (!hosts.is_empty()).then(|| (item.object.subject(item.document), hosts.join(" ")))
    });
    own.collect()
}

/// The value that a finding is about, where it stands in one line; with how much more the object holds, so that what is joined is the
/// same altogether.
fn credential(finding: &Finding, texts: &mut Texts<'_>) -> Option<String> {
    let value = value(texts.get(finding.source()), finding.primary.span)?;
    let more = finding.message.rsplit_once(" and ").map(|(_, rest)| rest).filter(|rest| rest.ends_with(" more"));
    (value.len() >= SHORTEST).then(|| format!("{value} {}", more.unwrap_or_default()))
}

/// The plain value at a place: itself, or what stands behind the key there.
fn value(source: &Source, span: Span) -> Option<&str> {
    let own = source.slice(span);
    let behind = source.text.get(span.end as usize..)?;
    let line = behind.split('\n').next().filter(|line| line.len() <= LONGEST_LINE)?;
    let value = line.strip_prefix(':').map_or(own, |rest| rest.split(" #").next().unwrap_or(rest));
    let value = value.trim().trim_matches(['"', '\'']);
    let is_plain = !value.contains('\n') && !value.starts_with(['|', '>', '*', '&', '{', '[']) && !value.contains("{{");
    is_plain.then_some(value)
}
