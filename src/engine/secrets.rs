//! Where the values of Secrets are.
//!
//! In: what was read and rendered, and the findings. Out: the places of values that a report must not show: those of Secrets, in the
//! files that findings are in, and those that rules on plain-text secrets point at; not references and what is to be filled in. A
//! document that does not parse is looked through by its lines.

use std::collections::BTreeSet;

use crate::finding::Finding;
use crate::knowledge::secrecy;
use crate::source::{Source, SourceId, Span};
use crate::workspace::ApplySet;
use crate::yaml::{Document, Node};

use super::Run;
use super::texts::Texts;

/// The maps of a Secret that hold its values.
const VALUES: [&str; 2] = ["data", "stringData"];
/// How rules that point at a value begin.
const POINTING: &str = "plaintext-secret-in-";

/// The places, sorted.
pub(super) fn places(run: &Run<'_>, set: &ApplySet<'_>, findings: &[Finding]) -> Vec<Span> {
    let mut texts = Texts::new(run);
    let labels = findings.iter().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related));
    let shown: BTreeSet<SourceId> = labels.map(|label| label.span.source).collect();
    let mut spans = BTreeSet::new();
    for file in shown.iter().filter_map(|source| run.files.get(source.0 as usize)) {
        for document in file.documents.iter() {
            of_document(document, &mut texts, &mut spans);
        }
    }
    set.of_kind("", "Secret").for_each(|item| of_object(item.object.root, &mut spans));
    let pointed = findings.iter().filter(|finding| finding.rule.as_str().starts_with(POINTING));
    spans.extend(pointed.map(|finding| {
        let place = finding.primary.span;
        key(pointed_at(place, texts.get(place.source)))
    }));
    spans
        .into_iter()
        .filter(|&(source, _, _)| shown.contains(&source))
        .map(|(source, start, end)| Span { source, start, end })
        .collect()
}

/// Spans in the order of the text.
type Key = (SourceId, u32, u32);

fn key(span: Span) -> Key {
    (span.source, span.start, span.end)
}

fn of_document(document: &Document, texts: &mut Texts<'_>, spans: &mut BTreeSet<Key>) {
    let Ok(tree) = &document.tree else {
        return of_text(document.span, texts.get(document.span.source), spans);
    };
    let root = tree.root();
    let items = root.get("items").into_iter().flat_map(Node::items);
    std::iter::once(root).chain(items).filter(|object| is_secret(*object)).for_each(|object| of_object(object, spans));
}

fn is_secret(object: Node<'_>) -> bool {
    object.str_at("kind") == Some("Secret") && object.str_at("apiVersion").is_none_or(|api| !api.contains('/'))
}

fn of_object(object: Node<'_>, spans: &mut BTreeSet<Key>) {
    for map in VALUES.iter().filter_map(|name| object.get(name)) {
        if map.is_mapping() {
            let hidden = map.entries().filter(|entry| !entry.value.as_str().is_some_and(stands_for_another));
            spans.extend(hidden.map(|entry| key(entry.value.span())));
        } else {
            spans.insert(key(map.span()));
        }
    }
}

/// Longer texts are values themselves.
const LONGEST: usize = 4096;

/// Whether a value only says what is to be there: the reader is to see which.
fn stands_for_another(value: &str) -> bool {
    value.len() <= LONGEST && (secrecy::is_bracketed(value) || secrecy::looks(value) == secrecy::Looks::Reference)
}

/// The value that a finding points at: at its key, or at itself.
fn pointed_at(place: Span, source: &Source) -> Span {
    // A file that changed meanwhile is not what it was: nothing of it is shown.
    let Some(text) = source.text.get(place.end as usize..) else { return place };
    let quote = text.len() - text.trim_start_matches(['"', '\'']).len();
    let Some(rest) = text[quote..].strip_prefix(':') else { return place };
    let start = place.end as usize + (text.len() - rest.trim_start_matches(' ').len());
    let line = source.line_of(place.start);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(source.line(line));
    let is_below = |line: &usize| source.line(*line).trim().is_empty() || indent(source.line(*line)) > own;
    let last = (line + 1..source.line_starts().len()).take_while(is_below).last().unwrap_or(line);
    let end = source.line_starts()[last] as usize + source.line(last).trim_end().len();
    Span::new(place.source, start.min(end), end)
}

/// Of a document that does not parse: what is below the line of such a map, behind the keys.
fn of_text(span: Span, source: &Source, spans: &mut BTreeSet<Key>) {
    let Some(text) = source.text.get(span.start as usize..span.end as usize) else { return };
    if !text.lines().any(|line| line.trim_end() == "kind: Secret") {
        return;
    }
    let (mut at, mut map_indent) = (span.start as usize, None);
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        let indent = line.len() - content.len();
        if map_indent.is_some_and(|map| indent > map) {
            let value = content.find(": ").map_or(indent, |colon| indent + colon + 2);
            let end = at + line.trim_end().len();
            spans.insert(key(Span::new(source.id, (at + value).min(end), end)));
        } else if !content.trim().is_empty() {
            let name = content.split(':').next().unwrap_or_default();
            map_indent = VALUES.contains(&name).then_some(indent);
        }
        at += line.len();
    }
}
