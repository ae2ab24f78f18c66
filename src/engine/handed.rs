//! Findings on charts that Applications of the repository install with values that nobody can compute here.
//!
//! In: all findings of a run. Out: the same; of a chart that is looked at by its own values alone, while a template of an Application or
//! the environment of a plugin gives it others, what a value decides and what its values lack are remarks. Texts of the repository
//! are read only where such a finding asks.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::{Category, Finding, Severity};

use super::Run;
use super::texts::{Texts, short_line};

/// What is said of charts alone: a chart that makes nothing by its own values is no set.
const MISSPELT: &str = "unknown-chart-value";
/// The template that reads a value stands within so many lines below the field that it decides.
const LINES: usize = 2;

/// Softens findings on charts that are handed values.
pub(super) fn soften(findings: &mut [Finding], run: &Run<'_>) {
    let own = run.built.own_charts();
    let asks = |finding: &Finding| {
        let about_values =
            matches!(finding.category, Category::Schema | Category::Api) || finding.rule == "invalid-image-reference";
        let names = &finding.sets.names;
        let alone = !names.is_empty() && names.iter().all(|name| own.contains(&**name));
        finding.severity > Severity::Info && (finding.rule == MISSPELT || (about_values && alone))
    };
    let asking: Vec<Finding> = findings.iter().filter(|finding| asks(finding)).cloned().collect();
    if asking.is_empty() {
        return;
    }
    let charts: FxHashSet<&str> = asking.iter().flat_map(|finding| &finding.sets.names).map(|name| &**name).collect();
    let handed = Handed::find(&charts, run);
    let mut texts = Texts::new(run);
    for finding in findings.iter_mut().filter(|finding| asks(finding)) {
        let known = |name: &std::sync::Arc<str>| handed.gives(name, finding);
        if finding.sets.names.iter().any(known) && (finding.rule == MISSPELT || is_decided(finding, &mut texts)) {
            finding.severity = Severity::Info;
        }
    }
}

/// Whether a value of the chart decides what a finding is about: it stands among them, or a template puts it in.
fn is_decided(finding: &Finding, texts: &mut Texts<'_>) -> bool {
    let source = texts.get(finding.source());
    let at = source.line_of(finding.primary.span.start);
    let in_values = source.name.rsplit('/').next().is_some_and(|base| base.starts_with("values"));
    in_values || (at..=at + LINES).any(|line| short_line(source, line).contains("{{"))
}

/// What Applications of the repository hand to charts.
#[derive(Default)]
struct Handed<'r> {
    /// By the folder of a chart: the texts that hand something to it, and whether these are templates or name a plugin.
    by_chart: FxHashMap<&'r str, Vec<(&'r str, bool)>>,
}

impl<'r> Handed<'r> {
    /// Looks through the texts for Applications whose source is one of these charts.
    fn find(charts: &FxHashSet<&'r str>, run: &Run<'r>) -> Self {
        let mut found = Self::default();
        let is_one = |text: &str| text.contains("argoproj.io/") && text.contains("path:");
        for text in run.sources.iter().map(|source| &*source.text).filter(|text| is_one(text)) {
            for document in text.split("\n---") {
                if ["plugin:", "helm:"].iter().any(|word| document.contains(word)) {
                    found.document(document, charts);
                }
            }
        }
        found
    }

    fn document(&mut self, document: &'r str, charts: &FxHashSet<&'r str>) {
        let open = document.contains("{{") || document.contains("plugin:");
        for line in document.lines() {
            let path = line.trim_start().trim_start_matches("- ").strip_prefix("path:").unwrap_or_default();
            let path = path.trim().trim_matches(['"', '\'']).trim_start_matches("./").trim_end_matches('/');
            if let Some(chart) = charts.get(path) {
                self.by_chart.entry(chart).or_default().push((document, open));
            } else if path.contains("{{") {
                let parts = Parts::of(path);
                // A path that is all template may be that of any chart: it says nothing of these.
                if parts.says_something() {
                    for chart in charts.iter().filter(|chart| parts.fit(chart)) {
                        self.by_chart.entry(chart).or_default().push((document, true));
                    }
                }
            }
        }
    }

    /// Whether values that a finding asks for may be given to the chart.
    fn gives(&self, chart: &str, finding: &Finding) -> bool {
        let name = finding.message.split('`').nth(1).and_then(|path| path.strip_prefix(".Values."));
        let first = name.and_then(|name| name.split('.').next()).unwrap_or_default();
        let named = |text: &str| !first.is_empty() && text.contains(&format!("{first}:"));
        self.by_chart.get(chart).is_some_and(|texts| texts.iter().any(|(text, open)| *open || named(text)))
    }
}

/// What a path with actions of a template in it says for certain.
struct Parts<'p> {
    literals: Vec<&'p str>,
    ends_open: bool,
}

impl<'p> Parts<'p> {
    fn of(path: &'p str) -> Self {
        let pieces = path.split("{{").enumerate();
        let literals = pieces.map(|(at, piece)| match at {
            0 => piece,
            _ => piece.split_once("}}").map_or("", |(_, rest)| rest),
        });
        Self { literals: literals.collect(), ends_open: path.ends_with("}}") }
    }

    fn says_something(&self) -> bool {
        self.literals.iter().map(|literal| literal.trim_matches('/').len()).sum::<usize>() > 2
    }

    /// Whether a path may be meant: its parts stand in it in their order, the first at its beginning, the last at its end.
    fn fit(&self, path: &str) -> bool {
        let Some(mut rest) = self.literals.first().and_then(|first| path.strip_prefix(first)) else { return false };
        for literal in &self.literals[1..] {
            let Some(at) = rest.find(literal) else { return false };
            rest = &rest[at + literal.len()..];
        }
        (self.ends_open || rest.is_empty()) && !rest.contains('/')
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;

    #[test]
    fn paths_with_actions_fit_those_that_they_may_become() {
        let parts = Parts::of("apps/130-{{ $value.chart }}");
        assert!(parts.says_something() && parts.fit("apps/130-kafka") && !parts.fit("apps/131-kafka"));
        assert!(!parts.fit("apps/130-kafka/charts/a"));
        assert!(
            Parts::of("apps/{{ .a }}/chart").fit("apps/web/chart") && !Parts::of("apps/{{ .a }}/chart").fit("apps/web")
        );
        assert!(!Parts::of("{{ .path }}").says_something());
    }
}
