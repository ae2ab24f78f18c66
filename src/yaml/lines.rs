//! What the API server would read, one line of JSON a document.
//!
//! In: a [`Source`]. Out: the lines of `kubevet read`: where each document starts, and its value as YAMLToJSON of
//! sigs.k8s.io/yaml gives it, or the error and its line.

use std::fmt::Write;

use crate::source::Source;

use super::json::{push_json_string, to_json};
use super::{Document, Limits, NoteKind};

/// The lines for one source, each ended by a line break.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct ReadLines {
    /// One JSON object a line.
    pub text: String,
    /// Whether any document could not be read.
    pub failed: bool,
}

/// Reads a source and renders each of its documents as a line of JSON.
pub fn read_lines(source: &Source, limits: &Limits) -> ReadLines {
    let mut lines = ReadLines::default();
    for document in super::read(source, limits) {
        push_document(&mut lines, source, &document);
    }
    lines
}

fn push_document(lines: &mut ReadLines, source: &Source, document: &Document) {
    let out = &mut lines.text;
    out.push_str("{\"file\":");
    push_json_string(out, &source.name);
    let line = source.line_of(document.span.start) + 1;
    // Writing to a string cannot fail.
    let _ = write!(out, ",\"document\":{},\"line\":{line}", document.number);
    match outcome(document) {
        Ok(value) => {
            out.push_str(",\"value\":");
            out.push_str(&value);
        }
        Err((message, at)) => {
            lines.failed = true;
            out.push_str(",\"error\":");
            push_json_string(out, &message);
            let _ = write!(out, ",\"errorLine\":{}", source.line_of(at) + 1);
        }
    }
    push_flags(out, document);
    out.push_str("}\n");
}

/// The value as JSON, or why there is none and the byte offset of the place.
fn outcome(document: &Document) -> Result<String, (String, u32)> {
    match &document.tree {
        Ok(tree) => to_json(tree.root())
            .map_err(|node| (format!("{} cannot be represented in JSON", node.describe()), node.span().start)),
        Err(error) => Err((error.message.clone(), error.span.start)),
    }
}

fn push_flags(out: &mut String, document: &Document) {
    let count = |kinds: &[NoteKind]| document.notes.iter().filter(|note| kinds.contains(&note.kind)).count();
    let clashes =
        count(&[NoteKind::DuplicateKey, NoteKind::AmbiguousKey, NoteKind::MergeOverride, NoteKind::OverruledByMerge]);
    if clashes > 0 {
        let _ = write!(out, ",\"duplicateKeys\":{clashes}");
    }
    if count(&[NoteKind::IgnoredTail]) > 0 {
        out.push_str(",\"ignoredTail\":true");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn lines(text: &str) -> String {
        read_lines(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default()).text
    }

    #[test]
    fn each_document_is_one_line() {
        assert_eq!(
            lines("a: yes\na: 1\n---\nb: {c: \"x\\ty\"}\n"),
            "{\"file\":\"a.yaml\",\"document\":0,\"line\":1,\"value\":{\"a\":1},\"duplicateKeys\":1}\n\
             {\"file\":\"a.yaml\",\"document\":1,\"line\":4,\"value\":{\"b\":{\"c\":\"x\\ty\"}}}\n"
        );
    }

    #[test]
    fn an_error_has_its_line() {
        let text = lines("a: 1\nb: .inf\n");
        assert!(text.contains("\"errorLine\":2"), "{text}");
    }
}
