//! Findings on what a chart's values leave empty.
//!
//! In: a finding on a chart by its own values. Out: whether what is refused is an empty default of these, or is put together with
//! one, so that whoever installs the chart gives it: `domain: ""` in `web.{{ .Values.domain }}`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Finding;
use crate::source::{SourceId, Span};

use super::Run;
use super::actions::{Defined, fields};
use super::texts::{Texts, short_line};

/// How far below the key of a map its fields are looked for.
pub(super) const LINES: usize = 40;

/// What is known of the values and templates of charts, by the sources that stand for them.
#[derive(Default)]
pub(super) struct Emptied(FxHashMap<SourceId, Known>);

#[derive(Default)]
struct Known {
    defined: Defined,
    /// The paths of what the values leave empty, and of all that they have.
    empty: FxHashSet<String>,
    all: FxHashSet<String>,
}

impl Emptied {
    /// Whether the values of the chart leave open what is refused.
    pub(super) fn decide(&mut self, finding: &Finding, texts: &mut Texts<'_>, run: &Run<'_>) -> bool {
        let is_image = finding.rule == "invalid-image-reference";
        if !is_image && !finding.category.is_validity() {
            return false;
        }
        let spans = || std::iter::once(finding.primary.span).chain(finding.related.iter().map(|label| label.span));
        let is_values = |span: &Span| is_values(&run.sources.get(span.source).name);
        if spans().filter(is_values).any(|span| is_empty(texts.get(span.source).slice(span))) {
            return true;
        }
        if !lacks_part(finding, is_image) {
            return false;
        }
        let Some(root) = run.built.root_for(finding) else { return false };
        let known = self.0.entry(root.file.source).or_insert_with(|| Known::of(&root.reads, texts, run));
        let spans: Vec<Span> = spans().filter(|span| !is_values(span)).collect();
        spans.into_iter().any(|span| {
            let source = texts.get(span.source);
            let piece = piece(finding, source, span);
            known.defined.deciding(&piece, &source.text).iter().any(|action| known.leaves_open(action))
        })
    }
}

impl Known {
    fn of(reads: &[SourceId], texts: &mut Texts<'_>, run: &Run<'_>) -> Self {
        let (values, templates): (Vec<_>, Vec<_>) =
            reads.iter().copied().partition(|id| is_values(&run.sources.get(*id).name));
        let mut known = Known { defined: Defined::of(templates.into_iter(), texts), ..Self::default() };
        for id in values {
            for (path, is_empty) in paths(&texts.get(id).text) {
                if is_empty {
                    known.empty.insert(path.clone());
                }
                known.all.insert(path);
            }
        }
        known
    }

    /// Whether an action reads what is empty or not there, or asks the cluster.
    fn leaves_open(&self, action: &str) -> bool {
        let in_chart = |paths: &FxHashSet<String>, path: &str| {
            paths.contains(path)
                || paths.iter().any(|own| own.strip_suffix(path).is_some_and(|rest| rest.ends_with('.')))
        };
        action.contains("lookup ")
            || fields(action).any(|path| match path.strip_prefix("Values.") {
                Some(path) => in_chart(&self.empty, path) || !in_chart(&self.all, path),
                None => in_chart(&self.empty, path),
            })
    }
}

fn is_values(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.starts_with("values") && !name.contains("/templates/")
}

/// Whether a value of YAML is empty as it is written.
fn is_empty(value: &str) -> bool {
    matches!(value.trim(), "" | "\"\"" | "''" | "[]" | "{}" | "~" | "null")
}

/// Whether a part of what is refused is missing, by what the finding says of it.
fn lacks_part(finding: &Finding, is_image: bool) -> bool {
    let value = finding.message.split('`').nth(1).unwrap_or_default();
    let between = if is_image { &["//", ":@", "/:"][..] } else { &["..", "//"] };
    value.is_empty()
        || value.starts_with(['/', ':', '.', '-', '@'])
        || value.ends_with(['/', ':', '.', '-', '@'])
        || between.iter().any(|pair| value.contains(pair))
        || matches!(finding.rule.as_str(), "required" | "wrong-type")
        || finding.message.starts_with("give ")
        || finding.message.contains("must have at least")
}

/// The piece of a template that gives what is refused: the line of a place, or the field that is missing below it.
fn piece(finding: &Finding, source: &crate::source::Source, span: Span) -> String {
    let at = source.line_of(span.start);
    if finding.rule != "required" && !finding.message.starts_with("give ") {
        return short_line(source, at).to_owned();
    }
    let field = finding.message.split('`').nth(1).unwrap_or_default();
    let is_field = |line: &str| {
        let line = line.trim_start_matches([' ', '-']);
        !field.is_empty() && line.strip_prefix(field).is_some_and(|rest| rest.starts_with(':'))
    };
    let found = (at..at + LINES).find(|line| is_field(short_line(source, *line)));
    let lines = found.map(|line| [short_line(source, line), short_line(source, line + 1)]);
    lines.map(|lines| lines.join("\n")).unwrap_or_default()
}

/// The paths of the keys of a values file, and whether each is empty. Lines decide.
fn paths(text: &str) -> Vec<(String, bool)> {
    let mut found: Vec<(String, bool)> = Vec::new();
    let mut open: Vec<(usize, String)> = Vec::new();
    // A key without a value is a map if something is indented below it.
    let mut bare: Option<(usize, usize)> = None;
    for line in text.lines() {
        let mut trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let mut indent = line.len() - trimmed.len();
        if let Some((at, own)) = bare.take()
            && (indent > own || (indent == own && trimmed.starts_with('-')))
        {
            found[at].1 = false;
        }
        // The fields of a list's items are found as if they were the list's own.
        if let Some(item) = trimmed.strip_prefix("- ") {
            indent += trimmed.len() - item.trim_start().len();
            trimmed = item.trim_start();
        }
        let Some((key, value)) = trimmed.split_once(':') else { continue };
        if trimmed.starts_with('-') || key.contains(char::is_whitespace) {
            continue;
        }
        open.retain(|(outer, _)| *outer < indent);
        let key = key.trim_matches(['"', '\'']);
        let path = open.last().map_or_else(|| key.to_owned(), |(_, outer)| format!("{outer}.{key}"));
        let value = value.split(" #").next().unwrap_or_default().trim();
        if value.is_empty() {
            bare = Some((found.len(), indent));
        }
        open.push((indent, path.clone()));
        found.push((path, is_empty(value)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::paths;

    #[test]
    fn empty_values_are_found_by_their_paths() {
        let text = "a:\n  b: \"\" # c\n  d: x\n  e:\n  # f\ng: []\nh:\n  - i: 1\nj:\n";
        let found = paths(text);
        let empty: Vec<&str> = found.iter().filter(|(_, is_empty)| *is_empty).map(|(path, _)| &**path).collect();
        assert_eq!(empty, ["a.b", "a.e", "g", "j"]);
        assert_eq!(
            paths("a:\n  - b: ''\n    c: 1\n"),
            [("a".into(), false), ("a.b".into(), true), ("a.c".into(), false)]
        );
        assert!(found.contains(&("a.d".to_owned(), false)) && found.contains(&("a".to_owned(), false)));
    }
}
