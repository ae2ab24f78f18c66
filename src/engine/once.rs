//! Findings that say one thing twice.
//!
//! In: all findings of a run. Out: the same; that a node keeps the `latest` it has is said with the finding on the tag, where there
//! is one for the container; an API that is gone once for a file that nobody edits; and once for a file that has no API at all, or in
//! whose documents the same is no YAML: it is something else. That a privileged container runs as root is a remark; and what is
//! missing is missed once, with all that refer to it.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Category, Finding, Label, Missing, Severity, Subject};
use crate::source::{SourceId, Span};
use crate::workspace::{ApplySet, Sets};

use super::Run;

/// Takes out what another finding says.
pub(super) fn say(findings: &mut Vec<Finding>, set: &ApplySet<'_>, run: &Run<'_>) {
    of_containers(findings);
    // A newer release of what was copied as a whole has another API throughout; of many in a file, one is enough to see that.
    let mut gone: FxHashMap<SourceId, usize> = FxHashMap::default();
    findings.iter().filter(|finding| is_gone(finding)).for_each(|one| *gone.entry(one.source()).or_default() += 1);
    let many = |finding: &Finding| gone.get(&finding.source()).is_some_and(|&count| count >= MANY);
    join(findings, |finding| is_gone(finding) && !many(finding) && set.vendored(finding.source()).is_some());
    join_as(findings, |finding| is_gone(finding) && many(finding), api_of, "of this API");
    of_parts(findings, run);
    // `validate` says each thing that the server says.
    if run.job.request.policy {
        of_types(findings);
        of_required(findings);
        of_siblings(findings);
        let left = open_alike(findings);
        join_in(
            findings,
            |finding| left.contains(&(finding.source(), finding.path.clone())),
            |finding| finding.path.clone(),
        );
        let is_mount = |finding: &Finding| finding.rule == "not-found" && finding.message.contains("no volume named");
        join_in(findings, is_mount, |finding| finding.subject.map(|own| (own.document, own.root)));
    }
    let is_other = |finding: &Finding| finding.fix.is_none() && OF_OTHERS.contains(&finding.rule.as_str());
    join(findings, is_other);
}

/// Joins findings of one file that say the same; the fix of the one is that of all.
fn join(findings: &mut Vec<Finding>, is_one: impl Fn(&Finding) -> bool) {
    join_in(findings, is_one, |_| ());
}

/// The API that a finding names.
fn api_of(finding: &Finding) -> String {
    finding.message.split('`').nth(1).unwrap_or(&finding.message).to_owned()
}

/// The same within what `place` tells apart.
fn join_in<P: Ord>(findings: &mut Vec<Finding>, is_one: impl Fn(&Finding) -> bool, place: impl Fn(&Finding) -> P) {
    join_as(findings, is_one, |finding| (finding.message.clone(), place(finding)), "like this");
}

/// The same of those that `place` does not tell apart; `what` says what they are.
fn join_as<P: Ord>(
    findings: &mut Vec<Finding>,
    is_one: impl Fn(&Finding) -> bool,
    place: impl Fn(&Finding) -> P,
    what: &str,
) {
    let mut same: BTreeMap<(SourceId, P), Vec<(Span, usize)>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| is_one(finding)) {
        let key = (finding.source(), place(finding));
        same.entry(key).or_default().push((finding.primary.span, at));
    }
    let mut gone = Vec::new();
    for (_, mut places) in same.into_iter().filter(|(_, places)| places.len() > 1) {
        places.sort_unstable();
        let (first, others) = (places[0].1, &places[1..]);
        gone.extend(others.iter().map(|(_, at)| *at));
        let labels =
            others.iter().take(MOST).map(|(span, _)| Label { span: *span, message: "here as well".to_owned() });
        let edits: Vec<_> =
            others.iter().flat_map(|(_, at)| &findings[*at].fix).flat_map(|fix| fix.edits.clone()).collect();
        if let Some(fix) = &mut findings[first].fix {
            fix.edits.extend(edits);
        }
        findings[first].message.push_str(&format!(" ({} more {what} in this file)", others.len()));
        findings[first].related.extend(labels);
    }
    leave_out(findings, gone);
}

/// Joins findings on APIs that are gone in one chart that another one brings: a newer release of it has others throughout.
fn of_parts(findings: &mut Vec<Finding>, run: &Run<'_>) {
    let sources = run.sources;
    let is_chart = |folder: &str| run.place.charts.around_file(&format!("{folder}/Chart.yaml")).is_some();
    let mut same: BTreeMap<String, Vec<(Span, usize)>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| is_gone(finding)) {
        if let Some(part) = part_of(&sources.get(finding.source()).name, &is_chart) {
            same.entry(part.to_owned()).or_default().push((finding.primary.span, at));
        }
    }
    let mut gone = Vec::new();
    for (part, mut places) in same.into_iter().filter(|(_, places)| places.len() > 1) {
        places.sort_by_key(|(span, _)| (sources.get(span.source).name.as_str(), span.start));
        let (first, others) = (places[0].1, &places[1..]);
        gone.extend(others.iter().map(|(_, at)| *at));
        let chart = part.rsplit('/').next().unwrap_or(&part);
        let number = others.len();
        let objects = if number == 1 { "object" } else { "objects" };
        findings[first]
            .message
            .push_str(&format!(" ({number} more {objects} of the chart `{chart}` are of APIs that are gone)"));
        let labels =
            others.iter().take(MOST).map(|(span, _)| Label { span: *span, message: "here as well".to_owned() });
        findings[first].related.extend(labels);
    }
    leave_out(findings, gone);
}

fn is_gone(finding: &Finding) -> bool {
    finding.rule == "unknown-kind" && finding.message.contains("is not served since")
}

/// The folder of the innermost chart that another one brings: in its `charts/`, or packed.
fn part_of<'n>(name: &'n str, is_chart: &dyn Fn(&str) -> bool) -> Option<&'n str> {
    let at = name.rfind("/charts/").filter(|at| name[..*at].contains(".tgz") || is_chart(&name[..*at]))?;
    let begin = at + "/charts/".len();
    let end = begin + name[begin..].find('/')?;
    Some(&name[..end])
}

/// Takes out what the definition of a kind says of the type of a value, where the type of what it embeds says the same.
fn of_types(findings: &mut Vec<Finding>) {
    let wrong = findings.iter().filter(|finding| finding.rule == "wrong-type");
    let places: FxHashSet<(Option<Subject>, Span)> =
        wrong.map(|finding| (finding.subject, finding.primary.span)).collect();
    let is_again =
        |finding: &Finding| finding.rule == "type-invalid" && places.contains(&(finding.subject, finding.primary.span));
    findings.retain(|finding| !is_again(finding));
}

/// Takes out what else is wrong with a field that is empty: that it is required says all.
fn of_required(findings: &mut Vec<Finding>) {
    let place = |finding: &Finding| (finding.subject, finding.primary.span, finding.path.clone());
    let lacking: FxHashSet<_> = findings.iter().filter(|finding| is_lacking(finding)).map(place).collect();
    let is_again = |finding: &Finding| {
        finding.subject.is_some()
            && finding.category == Category::Api
            && matches!(finding.rule.as_str(), "invalid" | "not-supported")
            && lacking.contains(&place(finding))
    };
    findings.retain(|finding| lacking.is_empty() || !is_again(finding));
}

fn is_lacking(finding: &Finding) -> bool {
    finding.rule == "required" && matches!(finding.category, Category::Schema | Category::Api)
}

/// The paths of what at least so many objects of a file lack, as examples do in which something is shown: by file.
fn open_alike(findings: &[Finding]) -> FxHashSet<(SourceId, String)> {
    let mut counts: FxHashMap<(SourceId, String), usize> = FxHashMap::default();
    let lacking = findings.iter().filter(|finding| is_lacking(finding) && finding.fix.is_none());
    lacking.for_each(|finding| *counts.entry((finding.source(), finding.path.clone())).or_default() += 1);
    counts.into_iter().filter(|(_, count)| *count >= MANY).map(|(place, _)| place).collect()
}

/// Joins the fields of one map that its kind does not have: they were put into the wrong map together, or are of another version.
fn of_siblings(findings: &mut Vec<Finding>) {
    let mut same: BTreeMap<InMap, Vec<(Span, usize)>> = BTreeMap::new();
    let is_one = |finding: &Finding| finding.rule == "unknown-field" && finding.fix.is_none();
    for (at, finding) in findings.iter().enumerate().filter(|(_, finding)| is_one(finding)) {
        let (Some(subject), Some((map, _))) = (finding.subject, finding.path.rsplit_once('.')) else { continue };
        let key = (finding.source(), subject.document, subject.root, map.to_owned());
        same.entry(key).or_default().push((finding.primary.span, at));
    }
    let mut gone = Vec::new();
    for mut places in same.into_values().filter(|places| places.len() > 1) {
        places.sort_unstable();
        let field = |at: usize| findings[at].path.rsplit('.').next().unwrap_or_default().to_owned();
        let names: Vec<String> = places[1..].iter().map(|(_, at)| format!("`{}`", field(*at))).collect();
        let more = match names.as_slice() {
            [one] => format!(", nor is {one} beside it known"),
            [all @ .., last] if names.len() <= NAMED => {
                format!(", nor are {} and {last} beside it known", all.join(", "))
            }
            _ => format!(", nor are {} and {} more beside it known", names[..NAMED].join(", "), names.len() - NAMED),
        };
        let labels =
            places[1..].iter().take(MOST).map(|(span, _)| Label { span: *span, message: "nor this".to_owned() });
        let first = &mut findings[places[0].1];
        first.message.push_str(&more);
        first.related.extend(labels);
        gone.extend(places[1..].iter().map(|(_, at)| *at));
    }
    leave_out(findings, gone);
}

/// A file, the object by its document and root, and the path of a map in it.
type InMap = (SourceId, u32, u32, String);

/// So many fields are named beside the first.
const NAMED: usize = 3;

/// Takes out the findings at these places.
pub(super) fn leave_out(findings: &mut Vec<Finding>, places: impl IntoIterator<Item = usize>) {
    let mut gone = vec![false; findings.len()];
    places.into_iter().for_each(|at| gone[at] = true);
    let mut gone = gone.into_iter();
    findings.retain(|_| !gone.next().unwrap_or_default());
}

/// Rules on what is no manifest: where it is said of several documents of a file, the file is something else.
const OF_OTHERS: [&str; 2] = ["missing-api-version", "yaml-syntax"];
/// So many objects of APIs that are gone are told once for each kind and API.
const MANY: usize = 4;
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

/// Takes it for a remark that a container runs as root which is privileged, or says that it does not: that comes with the one, and goes
/// with it.
pub(super) fn soften_privileged(findings: &mut [Finding]) {
    let loud =
        |finding: &&Finding| finding.severity > Severity::Info && IMPLYING.iter().any(|rule| finding.rule == *rule);
    let privileged: FxHashSet<Place> = findings.iter().filter(loud).filter_map(container).collect();
    if privileged.is_empty() {
        return;
    }
    for finding in findings.iter_mut().filter(|finding| IMPLIED.contains(&finding.rule.as_str())) {
        if container(finding).is_some_and(|place| privileged.contains(&place)) {
            finding.severity = Severity::Info;
        }
    }
}

const IMPLYING: [&str; 2] = ["privileged-container", "run-as-non-root-contradicted"];
const IMPLIED: [&str; 1] = ["runs-as-root-user"];

/// Joins findings on one missing object: the first in what is applied together stands for all, and relates the others.
pub(super) fn miss(findings: &mut Vec<Finding>, sets: &Sets) {
    let mut first: FxHashMap<Absent, usize> = FxHashMap::default();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (at, finding) in findings.iter().enumerate() {
        let Some(absent) = absent(finding, sets) else { continue };
        match first.get(&absent) {
            // What can be mended is told at its place.
            Some(&leader) if finding.fix.is_none() => joined.push((leader, at)),
            Some(_) => {}
            None => drop(first.insert(absent, at)),
        }
    }
    for &(leader, at) in &joined {
        let span = findings[at].primary.span;
        let related = &mut findings[leader].related;
        if related.len() < MOST_RELATED && !related.iter().any(|label| label.span == span) {
            related.push(Label { span, message: "refers to it, too".to_owned() });
        }
    }
    leave_out(findings, joined.into_iter().map(|(_, at)| at));
}

/// Most places that are related to what is missing.
const MOST_RELATED: usize = 50;

/// A rule and its severity, what is missing where, and the sets that miss it.
type Absent = (String, Severity, String, String, Option<String>, Vec<String>);

fn absent(finding: &Finding, sets: &Sets) -> Option<Absent> {
    let Some(Missing::Object { kind, name }) = &finding.missing else { return None };
    if finding.suppressed.is_some() || finding.category != Category::Wiring {
        return None;
    }
    let own = finding.subject.map_or(finding.source(), |subject| subject.source);
    let within = match finding.sets.names.is_empty() {
        true => sets.of_source(own.0 as usize).iter().map(|set| format!("{set:?}")).collect(),
        false => finding.sets.names.iter().map(|name| name.to_string()).collect(),
    };
    let namespace = finding.object.as_ref().and_then(|object| object.namespace.clone());
    Some((finding.rule.to_string(), finding.severity, kind.to_string(), name.to_string(), namespace, within))
}

const STALE: &str = "stale-latest-image";
const LATEST: &str = "latest-image-tag";
const KEPT: &str = "; by its `imagePullPolicy` each node keeps whichever `latest` it pulled first";

/// The container that a finding is about a field of.
pub(super) fn container(finding: &Finding) -> Option<Place> {
    let path = &finding.path[..finding.path.find("ontainers[")?];
    let rest = &finding.path[path.len()..];
    let end = path.len() + rest.find(']')? + 1;
    let name = finding.object.as_ref().and_then(|object| object.name.clone());
    Some((finding.source(), finding.document, finding.path[..end].to_owned(), name))
}

/// A document, the object in it, and the path of a container.
pub(super) type Place = (SourceId, Option<u32>, String, Option<String>);

fn place(finding: &Finding) -> Place {
    let container = finding.path.rsplit_once('.').map_or("", |(container, _)| container);
    let name = finding.object.as_ref().and_then(|object| object.name.clone());
    (finding.source(), finding.document, container.to_owned(), name.map(|name| name.to_string()))
}
