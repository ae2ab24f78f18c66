//! Findings that follow from another one.
//!
//! In: all findings of a run, its objects. Out: the same without those whose cause is told of the same object, or of the workload that
//! a Service means: a selector that matches nothing beside the one that is missing, fields below a value of the wrong type, or what
//! else is wrong with it, a field that lacks because it is misspelt, mounts of a volume that is refused, a key that comes from a file which is not here, what else lacks in a patch that is taken for a manifest, a chart's failure that an Application of it has told. At admission the server's
//! words are told in full.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::corners::is_sample;
use crate::discover::is_called_patch;
use crate::finding::{Category, Finding, Severity, Subject};
use crate::object::Workload;
use crate::object::selector::map_selects_by;
use crate::source::SourceId;
use crate::workspace::ApplySet;
use crate::yaml::Node;

use super::Run;

/// How it is said that a workload would not select its own pods.
const MISMATCH: &str = "`selector` does not match the labels of the template";
/// How it is said that a mount names a volume that is refused itself.
const OF_VOLUMES: &str = "is not valid itself";
/// Rules on values that are of another type than their field.
const OF_TYPES: [&str; 2] = ["type-invalid", "wrong-type"];
/// What says that an Application, or a Flux Kustomization, cannot be rendered.
const OF_RELEASES: [&str; 2] = ["argocd-render-failed", "flux-build-failed"];
/// Most workloads with one label that are looked at for a Service.
const MOST: usize = 16;

/// An object: its place, and its name where several are made of one document.
type Key = (SourceId, Option<u32>, Option<Subject>);

fn key(finding: &Finding) -> Key {
    (finding.source(), finding.document, finding.subject)
}

/// Takes out what follows from another finding.
pub(super) fn take_out(findings: &mut Vec<Finding>, set: &ApplySet<'_>, run: &Run<'_>) {
    if run.place.walk.files.is_empty() || run.job.request.alone {
        return;
    }
    let unselected = causes(findings, |finding| finding.rule == "required" && finding.path == "spec.selector");
    let unstored = causes(findings, |finding| finding.rule == "invalid" && finding.path == "spec.versions");
    let mistyped: FxHashSet<(Key, String)> = findings
        .iter()
        .filter(|finding| OF_TYPES.iter().any(|rule| finding.rule == *rule))
        .map(|finding| (key(finding), finding.path.clone()))
        .collect();
    let misspelt: FxHashSet<(Key, String)> = findings.iter().filter_map(meant).collect();
    let failed: FxHashSet<(SourceId, u32)> = findings
        .iter()
        .filter(|finding| OF_RELEASES.iter().any(|rule| finding.rule == *rule))
        .map(|finding| (finding.source(), finding.primary.span.start))
        .collect();
    let meant = meant_by_services(findings, set);
    let mut patches = Patches::default();
    let mut further = Vec::new();
    findings.retain(|finding| {
        let own = key(finding);
        // Only where the server's own words are asked for does one value have several faults.
        let policy = run.job.request.policy;
        let is_mistyped = || policy && mistyped.contains(&(own, finding.path.clone()));
        let is_below = |path: &str| ends(path).any(|end| mistyped.contains(&(own, path[..end].to_owned())));
        match finding.rule.as_str() {
            "invalid" if finding.message == MISMATCH => !unselected.contains(&own),
            "unknown-field" => mistyped.is_empty() || !is_below(&finding.path),
            "not-supported" => !is_mistyped(),
            "not-found" => !policy || !finding.message.ends_with(OF_VOLUMES),
            "required" => !policy || !(misspelt.contains(&(own, finding.path.clone())) || is_not_here(finding, run)),
            // That no version is stored is told of the versions.
            "invalid" if finding.path == "status.storedVersions" => !policy || !unstored.contains(&own),
            "helm-render-failed" => !failed.contains(&(finding.source(), finding.primary.span.start)),
            // The samples of several versions of one kind stand side by side, to be read.
            "duplicate-object" => {
                !is_sample(&run.sources.get(finding.source()).name, finding.sets.names.iter().map(|set| &**set))
            }
            "dangling-service-selector" => finding.subject.is_none_or(|subject| !meant.contains(&subject)),
            _ => true,
        }
    });
    findings.retain(|finding| {
        let first = patches.is_first(finding, run);
        if !first {
            further.push(key(finding));
        }
        first
    });
    patches.count(findings, &further);
}

/// Whether a key lacks that a generator reads from a file which is not here: the ledger says so of its kustomization.
fn is_not_here(finding: &Finding, run: &Run<'_>) -> bool {
    finding.path.starts_with("data[")
        && finding.object.as_ref().is_some_and(|object| object.kind == "Secret")
        && run.built.root_for(finding).is_some_and(|root| root.lacks_entries)
}

/// The field that is meant where one is misspelt.
fn meant(finding: &Finding) -> Option<(Key, String)> {
    let help = finding.help.as_deref().filter(|_| finding.rule == "unknown-field")?;
    let (name, _) = help.strip_prefix("did you mean `")?.split_once('`')?;
    let outer = finding.path.rsplit_once('.').map_or(String::new(), |(outer, _)| format!("{outer}."));
    Some((key(finding), format!("{outer}{name}")))
}

fn causes(findings: &[Finding], is_one: impl Fn(&Finding) -> bool) -> FxHashSet<Key> {
    findings.iter().filter(|finding| is_one(finding)).map(key).collect()
}

/// Where the paths end that lead to what is below them: `spec`, `spec.image` of `spec.image.tag`.
fn ends(path: &str) -> impl Iterator<Item = usize> {
    path.char_indices().filter(|(_, c)| matches!(c, '.' | '[')).map(|(at, _)| at)
}

/// The Services that select nothing only because the workload that they mean lacks labels, which is told.
fn meant_by_services(findings: &[Finding], set: &ApplySet<'_>) -> FxHashSet<Subject> {
    let of = |is_one: &dyn Fn(&Finding) -> bool| -> FxHashSet<Subject> {
        findings.iter().filter(|finding| is_one(finding)).filter_map(|finding| finding.subject).collect()
    };
    let services = of(&|finding| finding.rule == "dangling-service-selector");
    let broken = of(&|finding| finding.rule == "invalid" && finding.message == MISMATCH);
    if services.is_empty() || broken.is_empty() {
        return FxHashSet::default();
    }
    let mut selectors: Vec<(Subject, Node<'_>)> = Vec::new();
    let mut by_label: FxHashMap<(&str, &str), Vec<Node<'_>>> = FxHashMap::default();
    for item in set.items() {
        let subject = item.object.subject(item.document);
        if services.contains(&subject) {
            selectors.extend(item.object.root.at(&["spec", "selector"]).map(|selector| (subject, selector)));
        } else if broken.contains(&subject) && Workload::of(item.object).is_some() {
            let Some(labels) = item.object.root.at(&["spec", "selector", "matchLabels"]) else { continue };
            for (name, value) in labels.entries().filter_map(|entry| Some((entry.name, entry.value.as_str()?))) {
                by_label.entry((name, value)).or_default().push(labels);
            }
        }
    }
    let is_meant = |selector: Node<'_>| {
        let first = selector.entries().next().and_then(|entry| Some((entry.name, entry.value.as_str()?)));
        let candidates = first.and_then(|label| by_label.get(&label)).into_iter().flatten().take(MOST);
        candidates.into_iter().any(|labels| map_selects_by(selector, &|key| labels.str_at(key)))
    };
    selectors.into_iter().filter(|(_, selector)| is_meant(*selector)).map(|(subject, _)| subject).collect()
}

/// Objects in files that are called patches, of which it is told already that they lack something.
#[derive(Default)]
struct Patches {
    told: FxHashSet<Key>,
}

impl Patches {
    /// Whether a finding is the first to say that an object lacks something, or says something else.
    fn is_first(&mut self, finding: &Finding, run: &Run<'_>) -> bool {
        let lacks = finding.severity == Severity::Error
            && matches!(finding.category, Category::Schema | Category::Api)
            && (finding.rule == "required" || finding.message == MISMATCH);
        if !lacks || !is_called_patch(&run.sources.get(finding.source()).name) {
            return true;
        }
        self.told.insert(key(finding))
    }

    /// Says with the first finding of an object how much more it lacks.
    fn count(&self, findings: &mut [Finding], further: &[Key]) {
        if further.is_empty() {
            return;
        }
        let mut counts: FxHashMap<Key, usize> = FxHashMap::default();
        further.iter().for_each(|key| *counts.entry(*key).or_default() += 1);
        for finding in findings.iter_mut().filter(|finding| finding.rule == "required") {
            if let Some(count) = counts.remove(&key(finding)) {
                finding.message.push_str(&format!(", and {count} more of what this kind needs"));
            }
        }
    }
}
