//! Where a value stands that a schema refuses.
//!
//! In: values, the keys and indices that lead to one. Out: the places of its key and of the value itself.

use super::super::template::{Data, Map, Mark, Marks, Value};
use crate::source::Span;

/// A place, as far as one is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a file.
    At(Span),
    /// A flag such as `--set` gave it.
    Flag,
    /// There is no key: it is about the values as a whole.
    Nowhere,
}

/// The places of an entry.
pub(super) struct Found {
    key: Place,
    value: Place,
}

impl Found {
    /// That of its key.
    pub(super) fn key(&self) -> Place {
        self.key
    }

    /// That of the value; of a map or list its key's.
    pub(super) fn value(&self) -> Place {
        self.value
    }
}

/// Follows a path through values.
pub(super) fn of(values: &Map, steps: &[String], marks: &mut Marks) -> Found {
    let mut at: Value = Data::Map(values.clone()).into();
    let mut found = Found { key: Place::Nowhere, value: Place::Nowhere };
    for step in steps {
        let (key, value) = match &at.data {
            Data::Map(map) => {
                let entries = map.entries.borrow();
                let Some(slot) = entries.get(step.as_str()) else { break };
                (slot.key, slot.value.clone())
            }
            Data::List(list) => {
                let Some(item) = step.parse().ok().and_then(|index: usize| list.items.get(index)) else { break };
                (Mark::NONE, item.clone())
            }
            _ => break,
        };
        let own = place(&value, marks);
        let key = match span(key, marks).map(Place::At).or(own) {
            Some(place) => place,
            // An item of a list lies where its list does.
            None if matches!(at.data, Data::List(_)) => found.key,
            None => Place::Flag,
        };
        let is_scalar = !matches!(value.data, Data::Map(_) | Data::List(_));
        let value_place = if is_scalar { own.unwrap_or(Place::Flag) } else { key };
        found = Found { key, value: value_place };
        at = value;
    }
    found
}

/// The first place that a map of values has.
pub(super) fn first(values: &Map, marks: &Marks) -> Option<Span> {
    values.entries.borrow().values().filter_map(|slot| span(slot.key, marks)).min()
}

fn span(mark: Mark, marks: &Marks) -> Option<Span> {
    marks.get(mark).data.first().copied()
}

/// The place of a scalar, or of the first scalar in a list or map.
fn place(value: &Value, marks: &mut Marks) -> Option<Place> {
    match &value.data {
        Data::Map(map) => first(map, marks).map(Place::At),
        Data::List(list) => list.items.first().and_then(|item| place(item, marks)),
        Data::String(text) => {
            let mark = text.mark(marks);
            span(mark, marks).map(Place::At)
        }
        _ => span(value.mark, marks).map(Place::At),
    }
}
