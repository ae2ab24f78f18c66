//! Findings on what is not there, where something that was not read may bring it.
//!
//! In: all findings of a run, its objects and kinds without a schema. Out: the same; what refers to nothing, or selects nothing, is a
//! remark where an ApplicationSet is not expanded, beside a template that was not read, in a component, where a kustomization of
//! the repository generates an object of that name, and where an operator that nobody knows may make it.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::coverage::{SkipReason, Skipped};
use crate::discover::Survey;
use crate::finding::{Finding, Missing, Severity, folder_of};
use crate::source::SourceId;
use crate::workspace::{ApplySet, SetId, Sets};

use super::Run;

/// Rules on what selects nothing, or has no counterpart, beside those whose names say that something dangles.
const SELECTING: [&str; 6] = [
    "mesh-policy-selects-nothing",
    "missing-scrape-annotation",
    "network-policy-peer-selects-nothing",
    "network-policy-port-mismatch",
    "network-policy-selects-nothing",
    "network-policy-unknown-namespace",
];

/// What may bring objects that are not here.
pub(super) struct Unsure<'u, 't> {
    /// All objects.
    pub whole: &'u ApplySet<'t>,
    /// How they divide.
    pub sets: &'u Sets,
    /// What the repository says about its files.
    pub survey: &'u Survey<'u>,
    /// What was not read.
    pub skipped: &'u [Skipped],
    /// What kustomizations of the repository generate, by kind and name, be they built or not.
    pub generated: &'u FxHashSet<(&'static str, String)>,
    /// The kinds without a schema, by `apiVersion` and kind.
    pub unknown: &'u BTreeMap<(String, String), usize>,
}

/// Takes findings on what is not there for remarks, where it may come from what was not read.
pub(super) fn soften(findings: &mut [Finding], unsure: &Unsure<'_, '_>, run: &Run<'_>) {
    let Unsure { whole, survey, .. } = *unsure;
    let open = run.built.lacks_applications(whole.items(), run.sources);
    let unread = unsure.skipped.iter().filter(|skipped| skipped.reason == SkipReason::Template);
    let unread: FxHashSet<&str> = unread.map(|skipped| folder_of(&skipped.file)).collect();
    let operators = Operators::of(unsure);
    let asks = |finding: &&mut Finding| {
        finding.severity > Severity::Info
            && (finding.rule.as_str().starts_with("dangling-") || SELECTING.contains(&finding.rule.as_str()))
    };
    for finding in findings.iter_mut().filter(asks) {
        let name = &run.sources.get(finding.source()).name;
        let in_component = || run.built.root_for(finding).is_none() && survey.surroundings(name).unknown;
        let generated = || match &finding.missing {
            Some(Missing::Object { kind, name }) => {
                unsure.generated.iter().any(|(made, own)| **made == **kind && *own == **name)
            }
            _ => false,
        };
        if open || unread.contains(folder_of(name)) || in_component() || generated() || operators.may_make(finding) {
            finding.severity = Severity::Info;
        }
    }
}

/// Resources of operators of which nobody knows what they make, by where they lie.
struct Operators<'u> {
    sets: &'u Sets,
    places: FxHashSet<(Option<&'u str>, Option<SetId>)>,
}

impl<'u> Operators<'u> {
    fn of(unsure: &Unsure<'u, '_>) -> Self {
        let mut places = FxHashSet::default();
        let unknown: FxHashSet<(&str, &str)> =
            unsure.unknown.keys().map(|(api, kind)| (api.as_str(), kind.as_str())).collect();
        let items = unsure.whole.items().iter().filter(|item| !unknown.is_empty() && item.may_have_operator());
        for item in items {
            let api = item.object.gvk.api_version();
            if !unknown.contains(&(api.as_str(), item.object.gvk.kind)) {
                continue;
            }
            match item.namespace() {
                Some(namespace) => {
                    places.insert((Some(namespace), None));
                }
                None => {
                    let of_source = unsure.sets.of_source(item.source.0 as usize);
                    places.extend(of_source.iter().map(|&set| (None, Some(set))));
                }
            }
        }
        Self { sets: unsure.sets, places }
    }

    /// Whether one may lie in the namespace of what a finding is about, or in its set, where no namespace is said.
    fn may_make(&self, finding: &Finding) -> bool {
        if self.places.is_empty() {
            return false;
        }
        let Some(namespace) = finding.object.as_ref().and_then(|object| object.namespace.as_deref()) else {
            return true;
        };
        let source: SourceId = finding.subject.map_or(finding.source(), |subject| subject.source);
        let of_source = self.sets.of_source(source.0 as usize);
        self.places.contains(&(Some(namespace), None))
            || of_source.iter().any(|&set| self.places.contains(&(None, Some(set))))
    }
}
