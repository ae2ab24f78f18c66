//! From a manifest to an object whose every value knows its origin.
//!
//! In: a manifest's text with its marks, and its tree. Out: the shared [`Value`]: primary where a value of a file decided,
//! else the template text that wrote it; what else went into it is related.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::template::text::Piece;
use super::template::{Marks, Text};
use crate::render::origin::{By, Origin};
use crate::render::value::{Data, Entry, Value};
use crate::source::Span;
use crate::yaml::{self, Kind, Node};

/// Most places that one value relates.
const MOST: usize = 8;

/// Makes an object; `fallback` is where it comes from if nothing else is known.
pub fn object(root: Node<'_>, text: &Text, marks: &Marks, fallback: Span) -> Value {
    let pieces = text.pieces();
    Builder { pieces: &pieces, marks, fallback }.value(root, 0)
}

/// Where the keys were written that begin at these bytes of the text, and their names, in the order of the text.
pub fn keys<'t>(
    root: Node<'t>,
    starts: &FxHashSet<u32>,
    text: &Text,
    marks: &Marks,
    fallback: Span,
) -> Vec<(&'t str, Span)> {
    if starts.is_empty() {
        return Vec::new();
    }
    let pieces = text.pieces();
    let builder = Builder { pieces: &pieces, marks, fallback };
    let entries = root.tree().nodes().flat_map(Node::entries).filter(|entry| starts.contains(&entry.key.span().start));
    let mut found: Vec<_> = entries.map(|entry| (entry.key.span().start, entry.name, entry.key)).collect();
    found.sort_unstable_by_key(|(start, ..)| *start);
    found.dedup_by_key(|(start, ..)| *start);
    found.into_iter().map(|(_, name, key)| (name, builder.origin(key).span)).collect()
}

struct Builder<'b> {
    pieces: &'b [Piece],
    marks: &'b Marks,
    fallback: Span,
}

impl Builder<'_> {
    fn value(&self, node: Node<'_>, depth: usize) -> Value {
        let data = match node.kind() {
            Kind::Mapping if depth < 1000 => {
                let one = |entry: yaml::Entry<'_>| Entry {
                    key: Arc::from(entry.name),
                    at: self.origin(entry.key).span,
                    value: self.value(entry.value, depth + 1),
                };
                let mut entries: Vec<Entry> = node.entries().map(one).collect();
                entries.sort_by(|a, b| a.key.cmp(&b.key));
                // A map begins with its first key, whatever value that has.
                let first = node.entries().map(|entry| entry.key).min_by_key(|key| key.span().start);
                let origin = self.origin(first.unwrap_or(node));
                return Value { data: Data::Map(entries), origin };
            }
            Kind::Sequence if depth < 1000 => {
                let items: Vec<Value> = node.items().map(|item| self.value(item, depth + 1)).collect();
                let origin = items.first().map(|item| item.origin.clone());
                let origin = origin.unwrap_or_else(|| self.origin(node));
                return Value { data: Data::List(items), origin };
            }
            Kind::String(text) => Data::String(Arc::from(text)),
            Kind::Bool(b) => Data::Bool(b),
            Kind::Int(i) => Data::Number(i.into()),
            Kind::UInt(u) => Data::Number(u.into()),
            Kind::Float(f) => serde_json::Number::from_f64(f).map_or(Data::Null, Data::Number),
            _ => Data::Null,
        };
        Value { data, origin: self.origin(node) }
    }

    /// The pieces under a node; for one without text what stands before it.
    fn under(&self, node: Node<'_>) -> Vec<(Piece, u32, u32)> {
        let span = node.span();
        let (start, end) = if span.start < span.end {
            (span.start, span.end)
        } else {
            (span.start.saturating_sub(1), span.start.max(1))
        };
        let first = self.pieces.partition_point(|piece| piece.end <= start);
        let mut at = if first == 0 { 0 } else { self.pieces[first - 1].end };
        let mut found = Vec::new();
        for piece in &self.pieces[first..] {
            if at >= end {
                break;
            }
            let (from, to) = (at.max(start), piece.end.min(end));
            let exact = if piece.exact == 0 { 0 } else { piece.exact + (from - at) };
            found.push((Piece { exact, ..*piece }, from, to));
            at = piece.end;
        }
        found
    }

    fn origin(&self, node: Node<'_>) -> Origin {
        let found = self.under(node);
        let empty = node.span().is_empty();
        let mut data: Vec<Span> = Vec::new();
        let mut written: Vec<Span> = Vec::new();
        let mut generated = false;
        let mut data_bytes = 0;
        for (piece, from, to) in &found {
            let origin = self.marks.get(piece.mark);
            generated |= origin.generated;
            if !origin.data.is_empty() && !origin.derived {
                data_bytes += to - from;
            }
            for span in &origin.data {
                if !data.contains(span) {
                    data.push(*span);
                }
            }
            if let Some(span) = origin.template {
                written.push(match piece.exact {
                    0 => span,
                    // Nothing stands there: the place behind what stands before it.
                    at if empty => exact(span, at, 0),
                    at => exact(span, at - 1, to - from),
                });
            }
        }
        // Braces and quotes alone say nothing; where values went in, they decide.
        let primary = match (data.first(), generated, written.first()) {
            (_, true, Some(span)) => (*span, By::Generated),
            (Some(span), ..) if data_bytes > 0 && !empty => (*span, By::Values),
            (_, _, Some(_)) => (whole(&written), By::Template),
            _ => (self.fallback, By::Template),
        };
        let mut others: Vec<(Span, By)> = data.iter().map(|span| (*span, By::Values)).collect();
        let actions = found.iter().filter(|(piece, ..)| piece.exact == 0);
        let actions = actions.filter_map(|(piece, ..)| self.marks.get(piece.mark).template);
        others.extend(actions.map(|span| (span, By::Template)));
        others.extend(
            found.iter().filter_map(|(piece, ..)| self.marks.get(piece.mark).caller).map(|s| (s, By::Template)),
        );
        let start = Origin::new(primary.0, primary.1);
        others.into_iter().take(MOST).fold(start, |origin, (span, by)| origin.and(span, by))
    }
}

/// A part of literal template text.
fn exact(span: Span, offset: u32, len: u32) -> Span {
    Span { source: span.source, start: offset, end: offset + len }
}

/// The stretch of a template that wrote a value: from its first piece to its last, where they follow one another.
fn whole(written: &[Span]) -> Span {
    let mut all = written[0];
    for span in &written[1..] {
        let follows = span.source == all.source && span.start >= all.start && span.start <= all.end + 1;
        if follows {
            all.end = all.end.max(span.end);
        } else {
            break;
        }
    }
    // Where only a quote stands at the beginning, the longest piece tells more.
    let longest = written.iter().copied().max_by_key(|span| span.len()).unwrap_or(all);
    if all.len() < longest.len() { longest } else { all }
}
