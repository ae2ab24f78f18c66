//! What is done about a document that the server refuses.
//!
//! In: the chunk and its first error. Out: further errors below it, so that one bad line does not hide the rest; or the
//! tree, where the text is JSON that `kubectl` reads as such.

use crate::source::{Source, Span};

use super::parse::{Escapes, parse};
use super::tree::Tree;
use super::{Limits, Note, NoteKind, SyntaxError};

/// Further errors looked for in one document.
const MAX_FURTHER: usize = 4;

/// Errors behind the first one. Reading goes on at the next line that begins a key of the root: what lies between is not
/// checked, since what it belongs to is not known.
pub(super) fn further(source: &Source, chunk: Span, first: &SyntaxError, limits: &Limits) -> Vec<SyntaxError> {
    let mut errors: Vec<SyntaxError> = Vec::new();
    let mut at = first.span.end.max(first.span.start + 1) as usize;
    while errors.len() < MAX_FURTHER {
        let Some(start) = next_root_key(source, chunk, at) else { break };
        let rest = Span { start: start as u32, ..chunk };
        let Err(error) = parse(source, rest, limits, Escapes::Yaml) else { break };
        at = error.span.end.max(error.span.start + 1).max(rest.start + 1) as usize;
        // What an alias stands for may lie in the part that could not be read.
        if !error.message.starts_with("no anchor") {
            errors.push(error);
        }
    }
    errors
}

/// The next line from an offset on that begins with a plain key at column 0.
fn next_root_key(source: &Source, chunk: Span, from: usize) -> Option<usize> {
    let end = chunk.end as usize;
    let mut at = from;
    while at < end {
        at += memchr::memchr(b'\n', &source.text.as_bytes()[at..end])? + 1;
        let line = source.text[at..end].lines().next().unwrap_or("");
        let key = line.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"-_./".contains(b)).count();
        let rest = line[key..].trim_end();
        if key > 0 && line.as_bytes()[0].is_ascii_alphabetic() && (rest == ":" || rest.starts_with(": ")) {
            return Some(at);
        }
    }
    None
}

/// The chunk as JSON, where it begins with `{` and is one JSON value.
pub(super) fn as_json(source: &Source, chunk: Span, limits: &Limits) -> Option<(Tree, Vec<Note>)> {
    let text = source.slice(chunk);
    if !text.trim_start().starts_with('{') || serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return None;
    }
    let (tree, mut notes) = parse(source, chunk, limits, Escapes::Json).ok()?;
    let start = chunk.start + (text.len() - text.trim_start().len()) as u32;
    let span = Span { start, end: start + 1, ..chunk };
    notes.insert(0, Note { kind: NoteKind::ReadAsJson, span, related: None });
    Some((tree, notes))
}
