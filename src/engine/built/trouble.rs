//! What stands in the way of a set, or beside its objects, as findings.
//!
//! In: a root and its problems. Out: findings at the places that are to blame; one for all sets that have the same. What a
//! rule says of the same place is not said again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::{Category, Finding, Label, Missing, RuleId, Severity};
use crate::render::{Detail, Problem, RefusedValue};
use crate::source::Span;

use super::root::{Root, Sort};

/// What is in the way of sets.
#[derive(Default)]
pub(super) struct Troubles {
    findings: Vec<Finding>,
    known: HashMap<(RuleId, Span, String), usize>,
}

impl Troubles {
    /// Takes up a finding of a set; where the same was said of other sets, it is theirs as well.
    pub(super) fn add(&mut self, finding: Finding, said: &str) {
        let key = (finding.rule.clone(), finding.primary.span, said.to_owned());
        let Some(&at) = self.known.get(&key) else {
            self.known.insert(key, self.findings.len());
            return self.findings.push(finding);
        };
        self.findings[at].sets.names.extend(finding.sets.names);
    }

    /// The findings, without those that `said` has at the same place.
    pub(super) fn beside(&self, said: &[Finding]) -> Vec<Finding> {
        let is_like = |finding: &&Finding| matches!(finding.category, Category::Gitops | Category::Render);
        let builds = |finding: &&Finding| finding.rule == "kustomize-build-failed";
        let likes = said.iter().filter(is_like).chain(self.findings.iter().filter(builds));
        let places = Places::new(likes.map(|finding| finding.primary.span).collect());
        let own = self.findings.iter().filter(|finding| builds(finding) || !places.meet(finding.primary.span));
        let mut own: Vec<Finding> = own.cloned().collect();
        for finding in &mut own {
            finding.sets.names.sort_unstable();
            finding.sets.names.dedup();
        }
        own
    }
}

/// Spans, looked up by what they touch.
struct Places {
    /// By source and beginning.
    spans: Vec<Span>,
    /// By span: the largest end so far in its source.
    ends: Vec<u32>,
}

impl Places {
    fn new(mut spans: Vec<Span>) -> Self {
        spans.sort_unstable_by_key(|span| (span.source.0, span.start));
        let mut ends: Vec<u32> = Vec::with_capacity(spans.len());
        for (at, span) in spans.iter().enumerate() {
            let before =
                at.checked_sub(1).filter(|before| spans[*before].source == span.source).map(|before| ends[before]);
            ends.push(before.unwrap_or(0).max(span.end));
        }
        Places { spans, ends }
    }

    /// Whether one of them touches a span.
    fn meet(&self, span: Span) -> bool {
        let key = (span.source.0, span.end);
        let last = self.spans.partition_point(|other| (other.source.0, other.start) <= key).checked_sub(1);
        last.is_some_and(|last| self.spans[last].source == span.source && self.ends[last] >= span.start)
    }
}

/// Problems, with the objects that two Applications share in one: at the first of them.
pub(super) fn grouped(problems: &[Problem]) -> Cow<'_, [Problem]> {
    if !problems.iter().any(is_shared) {
        return Cow::Borrowed(problems);
    }
    let mut first: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<(&Problem, usize)> = Vec::new();
    for problem in problems {
        let at = match &problem.detail {
            Some(Detail::Shared { application, .. }) => *first.entry(application).or_insert(groups.len()),
            _ => groups.len(),
        };
        match groups.get_mut(at) {
            Some((_, more)) => *more += 1,
            None => groups.push((problem, 0)),
        }
    }
    groups.into_iter().map(|(problem, more)| with_more(problem, more)).collect()
}

fn is_shared(problem: &Problem) -> bool {
    matches!(problem.detail, Some(Detail::Shared { .. }))
}

/// A problem that stands for so many more.
fn with_more(problem: &Problem, more: usize) -> Problem {
    let mut problem = problem.clone();
    let objects = if more == 1 { "object" } else { "objects" };
    if let (Some(Detail::Shared { object, application }), 1..) = (&problem.detail, more) {
        problem.message = format!("{object} and {more} more {objects} also belong to the Application `{application}`");
    }
    problem
}

/// Helm's words on a chart that it takes for none.
const NO_CHART: &str = "Chart.yaml file is missing";
/// What is said of a folder that is one by its file.
const IGNORED: &str = "`.helmignore` leaves the file out: with a pattern that begins with `!` Helm passes over all that the pattern does not match";

/// The finding of a problem at its place.
pub(super) fn finding(root: &Root, problem: &Problem, span: Span) -> Finding {
    let Problem { about, message, .. } = problem;
    let (rule, category, severity) = rule(root, about);
    let said = message;
    let message = match (rule, root.sort) {
        ("kustomize-build-failed", _) => {
            format!("kustomize cannot build `{}`: {message}", root.shown())
        }
        ("argocd-render-failed", _) => format!("Argo CD cannot render the source: {message}"),
        ("flux-build-failed", _) => format!("Flux cannot apply it: {message}"),
        ("helm-render-failed", Sort::Release | Sort::Configured) => {
            format!("Helm cannot render the release: {message}")
        }
        ("helm-render-failed", _) => match &root.given {
            Some(file) => format!("Helm cannot render the chart with the values of `{file}`: {message}"),
            None => format!("Helm cannot render the chart: {message}"),
        },
        ("chart-needs-value", _) => format!("the chart requires a value: {message}"),
        _ => message.clone(),
    };
    let mut finding = Finding::new(rule, category, severity, message, span);
    finding.sets.names = vec![Arc::from(root.shown())];
    if said == NO_CHART {
        finding.help = Some(IGNORED.to_owned());
    }
    if let Some(Detail::MissingFile(path)) = &problem.detail {
        finding.missing = Some(Missing::File(path.as_str().into()));
    }
    finding
}

/// The finding of a value that a chart's schema refuses or asks for: at the value, with the keyword of the schema beside it.
pub(super) fn refused_value(root: &Root, value: &RefusedValue, span: Span, schema: Option<Span>) -> Finding {
    let (rule, severity) = match root.asks {
        true => ("chart-needs-value", Severity::Info),
        false => ("invalid-chart-value", Severity::Error),
    };
    let mut finding = Finding::new(rule, Category::Render, severity, value.message.clone(), span);
    let schema = schema.filter(|schema| *schema != span);
    finding.related.extend(schema.map(|span| Label { span, message: "by this line of the schema".to_owned() }));
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
        ("unknown-api-condition", _) => gitops("unknown-api-condition", Severity::Warning),
        ("unreachable-chart-branch", _) => gitops("unreachable-chart-branch", Severity::Info),
        ("unserved-chart-api", _) => gitops("unserved-chart-api", Severity::Info),
        // Helm takes the later one, where the server would refuse the text.
        ("duplicate-key", _) => ("duplicate-key", Category::Syntax, Severity::Warning),
        ("chart-not-checked", _) => ("chart-not-checked", Category::Render, Severity::Warning),
        (_, Sort::Kustomization) => ("kustomize-build-failed", Category::Render, Severity::Error),
        (_, Sort::Chart) if root.asks => ("chart-needs-value", Category::Render, Severity::Info),
        // With the values that anybody gets it does render, or says what it asks for.
        (_, Sort::Chart) if root.given.is_some() => ("helm-render-failed", Category::Render, Severity::Warning),
        (_, Sort::Chart) => ("helm-render-failed", Category::Render, Severity::Error),
        ("source-not-permitted" | "destination-not-permitted", _) => {
            gitops("application-outside-project", Severity::Error)
        }
        ("namespace-not-permitted" | "resource-not-permitted", _) => gitops("object-outside-project", Severity::Error),
        ("missing-dependency", _) => gitops("missing-flux-dependency", Severity::Info),
        ("shared-resource", _) => gitops("shared-resource", Severity::Warning),
        ("repeated-resource", _) => ("duplicate-object", Category::Wiring, Severity::Error),
        ("excluded-resource", _) => gitops("excluded-resource", Severity::Warning),
        ("invalid-project", _) => gitops("invalid-app-project", Severity::Error),
        (_, Sort::Release | Sort::Configured) => ("helm-render-failed", Category::Render, Severity::Error),
        (_, Sort::Flux) => ("flux-build-failed", Category::Render, Severity::Error),
        (_, Sort::Argo) => ("argocd-render-failed", Category::Render, Severity::Error),
    }
}
