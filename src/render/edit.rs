//! Looking into rendered values and changing them.
//!
//! In: a [`Value`]. Out: its parts by name; the same value with parts set, taken out or merged, each with its own origin.

use std::sync::Arc;

use super::origin::Origin;
use super::value::{Data, Entry, Value};
use crate::source::Span;

impl Value {
    /// A string.
    pub fn string(text: impl Into<Arc<str>>, origin: Origin) -> Self {
        Self { data: Data::String(text.into()), origin }
    }

    /// An empty map.
    pub fn map(origin: Origin) -> Self {
        Self { data: Data::Map(Vec::new()), origin }
    }

    /// Where it comes from first of all.
    pub fn span(&self) -> Span {
        self.origin.span
    }

    /// Follows keys down.
    pub fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The string that a key has.
    pub fn str_at(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// The value of a key where it is a string and not empty.
    pub fn filled(&self, key: &str) -> Option<&Value> {
        self.get(key).filter(|value| value.as_str().is_some_and(|text| !text.is_empty()))
    }

    /// The boolean that a key has; false where it has none.
    pub fn is_set(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value { data: Data::Bool(true), .. }))
    }

    /// The items, where it is a list.
    pub fn items(&self) -> &[Value] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a key's list.
    pub fn items_at(&self, key: &str) -> &[Value] {
        self.get(key).map_or(&[], Value::items)
    }

    /// The entries, where it is a map.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The entries of a key's map.
    pub fn entries_at(&self, key: &str) -> &[Entry] {
        self.get(key).map_or(&[], Value::entries)
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.data, Data::Null)
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.data, Data::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.data, Data::List(_))
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The value of a key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        match &mut self.data {
            Data::Map(entries) => entries.iter_mut().find(|entry| &*entry.key == key).map(|entry| &mut entry.value),
            _ => None,
        }
    }

    /// Sets a key, where it is a map; a new entry's key stands where its value does.
    pub fn set(&mut self, key: &str, value: Value) {
        let Data::Map(entries) = &mut self.data else { return };
        match entries.binary_search_by(|entry| (*entry.key).cmp(key)) {
            Ok(at) => entries[at].value = value,
            Err(at) => entries.insert(at, Entry { key: key.into(), at: value.origin.span, value }),
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let Data::Map(entries) = &mut self.data else { return None };
        let at = entries.iter().position(|entry| &*entry.key == key)?;
        Some(entries.remove(at).value)
    }

    /// The map of a key, made where there is none. Nothing where it is no map, or the key has something else.
    pub fn map_at(&mut self, key: &str, origin: &Origin) -> Option<&mut Value> {
        if self.get(key).is_none_or(Value::is_null) {
            self.set(key, Value::map(origin.clone()));
        }
        self.get_mut(key).filter(|value| value.is_map())
    }

    /// Moves all its places.
    pub fn move_places(&mut self, moved: &mut impl FnMut(Span) -> Span) {
        let others = self.origin.others.as_deref();
        let others = others.map(|others| others.iter().map(|&(span, by)| (moved(span), by)).collect());
        self.origin = Origin { span: moved(self.origin.span), by: self.origin.by, others };
        match &mut self.data {
            Data::List(items) => items.iter_mut().for_each(|item| item.move_places(moved)),
            Data::Map(entries) => {
                for entry in entries {
                    entry.at = moved(entry.at);
                    entry.value.move_places(moved);
                }
            }
            _ => {}
        }
    }
}
