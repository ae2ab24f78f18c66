//! What stands in the way of a set, or beside its objects, as findings.
//!
//! In: a root and its problems. Out: findings at the places that are to blame; one for all sets that have the same. What a
//! rule says of the same place is not said again.

use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::{Category, Finding, RuleId, Severity};
use crate::render::Problem;
use crate::source::{SourceId, Span};

use super::root::{Root, Sort};

/// What is in the way of sets.
#[derive(Default)]
pub(super) struct Troubles {
    findings: Vec<Finding>,
    /// By finding: the sources of what defines its set.
    owners: Vec<Vec<SourceId>>,
    known: HashMap<(RuleId, Span, String), usize>,
}

impl Troubles {
    /// Takes up a finding of a set; where other sets have the same, it is theirs as well.
    pub(super) fn add(&mut self, finding: Finding, owners: &[SourceId]) {
        let key = (finding.rule.clone(), finding.primary.span, finding.message.clone());
        let Some(&at) = self.known.get(&key) else {
            self.known.insert(key, self.findings.len());
            self.owners.push(owners.to_vec());
            return self.findings.push(finding);
        };
        self.owners[at].extend(owners);
        let names = &mut self.findings[at].sets.names;
        names.extend(finding.sets.names);
        names.sort_unstable();
        names.dedup();
    }

    /// The findings, without those that `said` has at the same place.
    pub(super) fn beside(&self, said: &[Finding]) -> Vec<Finding> {
        let is_like = |finding: &&Finding| matches!(finding.category, Category::Gitops | Category::Render);
        let mut places: Vec<Span> = said.iter().filter(is_like).map(|finding| finding.primary.span).collect();
        let builds = |finding: &&Finding| finding.rule == "kustomize-build-failed";
        places.extend(self.findings.iter().filter(builds).map(|finding| finding.primary.span));
        let meets = |span: Span| {
            places.iter().any(|other| other.source == span.source && other.start <= span.end && span.start <= other.end)
        };
        // The rule names the Applications, and one of the objects.
        let shares: Vec<&Finding> = said.iter().filter(|finding| finding.rule == "shared-resource").collect();
        let shared = |finding: &Finding, owners: &[SourceId]| {
            let of_owner = |other: &&Finding| {
                let places = other.related.iter().map(|label| label.span).chain([other.primary.span]);
                places.into_iter().any(|span| owners.contains(&span.source))
            };
            finding.rule == "shared-resource" && shares.iter().any(of_owner)
        };
        let own = self.findings.iter().zip(&self.owners);
        let own =
            own.filter(|(finding, owners)| builds(finding) || !meets(finding.primary.span) && !shared(finding, owners));
        own.map(|(finding, _)| finding.clone()).collect()
    }
}

/// The finding of a problem at its place.
pub(super) fn finding(root: &Root, problem: &Problem, span: Span) -> Finding {
    let Problem { about, message, .. } = problem;
    let (rule, category, severity) = rule(root, about);
    let message = match (rule, root.sort) {
        ("kustomize-build-failed", _) => format!("kustomize refuses to build `{}`: {message}", root.shown()),
        ("argocd-render-failed", _) => format!("Argo CD makes no manifests: {message}"),
        ("flux-build-failed", _) => format!("Flux refuses it: {message}"),
        ("helm-render-failed", Sort::Release | Sort::Configured) => {
            format!("Helm refuses to render the release: {message}")
        }
        ("helm-render-failed", _) => format!("Helm refuses to render the chart: {message}"),
        ("chart-needs-value", _) => format!("the chart asks for a value: {message}"),
        _ => message.clone(),
    };
    let mut finding = Finding::new(rule, category, severity, message, span);
    finding.sets.names = vec![Arc::from(root.shown())];
    finding
}

/// The rule that a problem is reported under.
fn rule(root: &Root, about: &str) -> (&'static str, Category, Severity) {
    let gitops = |rule, severity| (rule, Category::Gitops, severity);
    match (about, root.sort) {
        ("unknown-chart-value", _) => gitops("unknown-chart-value", Severity::Warning),
        ("unused-chart-value", _) => gitops("unused-chart-value", Severity::Info),
        ("undefined-chart-template", _) => gitops("undefined-chart-template", Severity::Warning),
        ("misindented-template", _) => gitops("misindented-template", Severity::Warning),
        (_, Sort::Kustomization) => ("kustomize-build-failed", Category::Render, Severity::Error),
        (_, Sort::Chart) if root.asks => ("chart-needs-value", Category::Render, Severity::Info),
        (_, Sort::Chart) => ("helm-render-failed", Category::Render, Severity::Error),
        ("source-not-permitted" | "destination-not-permitted", _) => {
            gitops("application-outside-project", Severity::Error)
        }
        ("namespace-not-permitted" | "resource-not-permitted", _) => gitops("object-outside-project", Severity::Error),
        ("shared-resource", _) => gitops("shared-resource", Severity::Warning),
        ("repeated-resource", _) => ("duplicate-object", Category::Wiring, Severity::Error),
        ("excluded-resource", _) => gitops("excluded-resource", Severity::Warning),
        ("invalid-project", _) => gitops("invalid-app-project", Severity::Error),
        (_, Sort::Release | Sort::Configured) => ("helm-render-failed", Category::Render, Severity::Error),
        (_, Sort::Flux) => ("flux-build-failed", Category::Render, Severity::Error),
        (_, Sort::Argo) => ("argocd-render-failed", Category::Render, Severity::Error),
    }
}
