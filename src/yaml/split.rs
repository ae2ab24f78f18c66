//! Cutting a file into documents.
//!
//! In: a file's text. Out: the chunks that apimachinery's `YAMLReader` cuts it into, before any parsing: a line that
//! starts with `---` ends a chunk, wherever it is, and may hold nothing else but white space or a comment. The first
//! chunk keeps a separator line at its very start.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::source::{Encoding, Source, Span};

use super::tree::Style;
use super::{Document, Note, NoteKind};

/// One chunk of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk {
    /// Byte offsets in the file.
    pub start: usize,
    pub end: usize,
    /// Why the file cannot be read on from here: a separator line with something after it.
    pub bad_separator: bool,
}

/// All chunks, in order. A file without any byte has none.
///
/// At a bad separator the server gives up on the file and loses the chunk it was gathering; here reading goes on at the
/// next good separator, so that one bad line does not hide the rest.
pub(crate) fn chunks(text: &str, encoding: Encoding) -> Vec<Chunk> {
    if matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        // The cutter looks at bytes, among which it finds no separator.
        return vec![Chunk { start: 0, end: text.len(), bad_separator: false }];
    }
    let mut chunks = Vec::new();
    let (mut start, mut lost) = (0, false);
    for at in separators(text) {
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i + 1);
        if !is_blank_or_comment(&text[at + 3..end]) {
            if !lost {
                chunks.push(Chunk { start: at, end, bad_separator: true });
            }
            lost = true;
        } else if lost {
            (start, lost) = (end, false);
        } else if at > start {
            chunks.push(Chunk { start, end: at, bad_separator: false });
            start = end;
        }
    }
    if start < text.len() && !lost {
        chunks.push(Chunk { start, end: text.len(), bad_separator: false });
    }
    chunks
}

/// Where lines begin with `---`.
fn separators(text: &str) -> impl Iterator<Item = usize> {
    static BEHIND_LINE: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("\n---"));
    let first = text.starts_with("---").then_some(0);
    first.into_iter().chain(BEHIND_LINE.find_iter(text.as_bytes()).map(|at| at + 1))
}

/// Notes separators that stand inside a block scalar: the document before them ends with one, and what follows is indented.
pub(crate) fn note_cut_scalars(source: &Source, documents: &mut [Document]) {
    for at in 1..documents.len() {
        let (before, after) = (&documents[at - 1], &documents[at]);
        let text = source.slice(after.span);
        let indented = text.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.starts_with(' '));
        let Some(scalar) = last_scalar(before).filter(|_| indented) else { continue };
        let (start, end) = (before.span.end, after.span.start);
        let separator = source.slice(Span { start, end, ..before.span }).trim_end().len() as u32;
        let span = Span { start, end: start + separator, ..before.span };
        documents[at].notes.push(Note { kind: NoteKind::SplitBlockScalar, span, related: Some(scalar) });
    }
}

/// The first line of the block scalar that a document ends with.
fn last_scalar(document: &Document) -> Option<Span> {
    let node = document.tree.as_ref().ok()?.nodes.last()?;
    let block = matches!(node.style, Style::Literal | Style::Folded) && !node.aliased;
    block.then_some(Span { source: document.span.source, start: node.start, end: node.start + 1 })
}

fn is_blank_or_comment(rest: &str) -> bool {
    let trimmed = rest.trim_start();
    trimmed.is_empty() || trimmed.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        chunks(text, Encoding::Utf8)
            .iter()
            .map(|c| if c.bad_separator { "BAD" } else { &text[c.start..c.end] })
            .collect()
    }

    #[test]
    fn separators_cut_as_yaml_reader_does() {
        assert_eq!(cut(""), [""; 0]);
        assert_eq!(cut("a: 1\n---\n"), ["a: 1\n"]);
        assert_eq!(cut("---\na: 1\n--- # c\nb: 2"), ["---\na: 1\n", "b: 2"]);
        assert_eq!(cut("---\n---\na: 1\n"), ["---\n", "a: 1\n"]);
        assert_eq!(cut("a: 1\n---\n---\nb: 1\n"), ["a: 1\n", "---\nb: 1\n"]);
    }

    #[test]
    fn a_bad_separator_loses_its_chunk_and_the_rest_up_to_the_next_good_one() {
        assert_eq!(cut("a: 1\n---\nk: |\n-----BEGIN-----\nx\n---\nb: 1\n"), ["a: 1\n", "BAD", "b: 1\n"]);
    }
}
