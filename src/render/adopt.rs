//! Values that move from one rendering to another.
//!
//! In: values and places in the sources of one rendering. Out: the same in those of another, to which the files that they
//! come from are added.

use rustc_hash::FxHashMap;

use super::value::Value;
use crate::source::{Source, SourceId, SourceMap, Span};

/// Moves places from one map of sources to another.
pub struct Adopt<'a> {
    from: &'a SourceMap,
    to: &'a mut SourceMap,
    ids: FxHashMap<SourceId, SourceId>,
}

impl<'a> Adopt<'a> {
    /// From one map to another.
    pub fn new(from: &'a SourceMap, to: &'a mut SourceMap) -> Self {
        Self { from, to, ids: FxHashMap::default() }
    }

    /// The same place among the other sources.
    pub fn span(&mut self, span: Span) -> Span {
        let (from, to) = (self.from, &mut *self.to);
        let id = self.ids.entry(span.source).or_insert_with(|| add(from.get(span.source), to));
        Span { source: *id, ..span }
    }

    /// The same value, its places among the other sources.
    pub fn value(&mut self, mut value: Value) -> Value {
        value.move_places(&mut |span| self.span(span));
        value
    }
}

/// The id of a source's file in a map, to which it is added where it is not there.
fn add(source: &Source, to: &mut SourceMap) -> SourceId {
    let known = to.iter().find(|other| other.name == source.name && other.text == source.text);
    if let Some(known) = known {
        return known.id;
    }
    let id = to.next_id();
    to.push(Source::from_text(id, source.name.clone(), source.text.clone()));
    id
}

/// A copy of a map that shares its texts.
pub fn copy(sources: &SourceMap) -> SourceMap {
    let mut copy = SourceMap::default();
    for source in sources.iter() {
        copy.push(Source::from_text(source.id, source.name.clone(), source.text.clone()));
    }
    copy
}
