//! The tree that a build works on.
//!
//! In: nothing. Out: [`Node`], a mutable YAML tree whose scalars keep their text, tag and style as kustomize keeps them: what
//! a scalar is (a number, a string) is settled when the object is written, and until then text alone may be exchanged.

use std::sync::Arc;

use super::branch::Branch;
use crate::render::origin::{By, Origin};
use crate::source::Span;

/// What a scalar says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// `!!null`
    Null,
    /// `!!bool`
    Bool,
    /// `!!int`
    Int,
    /// `!!float`
    Float,
    /// `!!str`
    Str,
    /// `!!timestamp`
    Timestamp,
    /// `!!binary`
    Binary,
    /// A tag that YAML does not define.
    Other,
    /// None: the text decides when it is read again.
    Open,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In quotes or as a literal block.
    Quoted,
    /// As a folded block.
    Folded,
}

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Its text, quotes taken off.
    pub text: Arc<str>,
    /// What it says it is.
    pub tag: Tag,
    /// How it is written.
    pub style: Style,
    /// Scalars of one object with the same number other than 0 are one: what is set in one is set in all. So do labels that
    /// one entry put in several places.
    pub shared: u32,
}

impl Scalar {
    /// A scalar of that text.
    pub fn new(text: impl Into<Arc<str>>, tag: Tag) -> Self {
        Self { text: text.into(), tag, style: Style::Plain, shared: 0 }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.tag == Tag::Null
    }

    /// Whether it is a string, or nothing else yet.
    pub fn is_string(&self) -> bool {
        matches!(self.tag, Tag::Str | Tag::Open)
    }
}

/// One entry of a map.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Scalar,
    /// Where the key stands.
    pub at: Span,
    /// Its value.
    pub value: Node,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Data {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    Sequence(Branch<Node>),
    /// A map; keys that were written twice are there twice.
    Mapping(Branch<Entry>),
}

/// A node and where it comes from.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub data: Data,
    /// Where it comes from.
    pub origin: Origin,
}

impl Node {
    /// A string.
    pub fn string(text: impl Into<Arc<str>>, origin: Origin) -> Self {
        Self { data: Data::Scalar(Scalar::new(text, Tag::Str)), origin }
    }

    /// A scalar whose text decides what it is.
    pub fn open(text: impl Into<Arc<str>>, origin: Origin) -> Self {
        Self { data: Data::Scalar(Scalar::new(text, Tag::Open)), origin }
    }

    /// An empty map.
    pub fn map(origin: Origin) -> Self {
        Self { data: Data::Mapping(Branch::default()), origin }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(&self.data, Data::Scalar(scalar) if scalar.is_null())
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.data, Data::Mapping(_))
    }

    /// Whether it is a map without entries.
    pub fn is_empty_map(&self) -> bool {
        matches!(&self.data, Data::Mapping(entries) if entries.is_empty())
    }

    /// Whether it is null, `{}` or `[]`.
    pub fn is_empty(&self) -> bool {
        match &self.data {
            Data::Scalar(scalar) => scalar.is_null(),
            Data::Sequence(items) => items.is_empty(),
            Data::Mapping(entries) => entries.is_empty(),
        }
    }

    /// The scalar, where it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.data {
            Data::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The scalar's text; of null what is written for it. Empty for collections.
    pub fn text(&self) -> &str {
        self.scalar().map_or("", |scalar| &scalar.text)
    }

    /// The scalar's text, empty for null.
    pub fn value(&self) -> &str {
        if self.is_null() { "" } else { self.text() }
    }

    /// The entries of a map.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list.
    pub fn items(&self) -> &[Node] {
        match &self.data {
            Data::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The value of a key (the first, where it is there twice).
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| &*entry.key.text == key).map(|entry| &entry.value)
    }

    /// The value of a key.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        match &mut self.data {
            // What is not there is not worth a copy.
            Data::Mapping(entries) => {
                let at = entries.iter().position(|entry| &*entry.key.text == key)?;
                Some(&mut entries[at].value)
            }
            _ => None,
        }
    }

    /// Follows keys down.
    pub fn at(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Takes an entry out of a map.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let Data::Mapping(entries) = &mut self.data else { return None };
        let at = entries.iter().position(|entry| &*entry.key.text == key)?;
        Some(entries.remove(at).value)
    }

    /// The value of a key, which is made where it is absent. `None` where the node is no map.
    pub fn get_or_insert(&mut self, key: &str, make: impl FnOnce() -> Node) -> Option<&mut Node> {
        let Data::Mapping(entries) = &mut self.data else { return None };
        let at = match entries.iter().position(|entry| &*entry.key.text == key) {
            Some(at) => at,
            None => {
                let value = make();
                entries.push(Entry { key: Scalar::new(key, Tag::Open), at: value.origin.span, value });
                entries.len() - 1
            }
        };
        Some(&mut entries[at].value)
    }

    /// Sets a scalar as kustomize does: the style of what stood there stays.
    pub fn set_scalar(&mut self, text: impl Into<Arc<str>>, tag: Tag, origin: Origin) {
        let (style, shared) = self.scalar().map_or((Style::Plain, 0), |old| (old.style, old.shared));
        self.data = Data::Scalar(Scalar { text: text.into(), tag, style, shared });
        self.origin = origin;
    }

    /// Sets an entry of a map: null takes it out, a scalar takes over the style of the one that it replaces.
    pub fn set(&mut self, key: &str, value: Node) {
        self.set_with(key, value, Style::Plain);
    }

    /// The same; a new key is written in that style.
    pub fn set_with(&mut self, key: &str, mut value: Node, key_style: Style) {
        if value.is_null() {
            self.remove(key);
            return;
        }
        quote_where_ambiguous(&mut value);
        let Data::Mapping(entries) = &mut self.data else { return };
        match entries.iter().position(|entry| &*entry.key.text == key) {
            Some(at) => {
                let entry = &mut entries[at];
                if let Data::Scalar(new) = &mut value.data {
                    // A map's style says nothing about a scalar's quotes.
                    let old = entry.value.scalar();
                    new.style = old.map_or(Style::Plain, |old| old.style);
                    new.shared = old.map_or(0, |old| old.shared);
                }
                entry.value = value;
            }
            None => {
                let key = Scalar { style: key_style, ..Scalar::new(key, Tag::Open) };
                entries.push(Entry { key, at: value.origin.span, value });
            }
        }
    }

    /// Marks all scalars below as made by something else than what they were read for.
    pub fn mark(&mut self, by: By) {
        self.origin.by = by;
        match &mut self.data {
            Data::Scalar(_) => {}
            Data::Sequence(items) => items.iter_mut().for_each(|item| item.mark(by)),
            Data::Mapping(entries) => entries.iter_mut().for_each(|entry| entry.value.mark(by)),
        }
    }

    /// Whether this holds for any scalar that is a value.
    pub fn any_scalar(&self, test: &impl Fn(&Scalar) -> bool) -> bool {
        match &self.data {
            Data::Scalar(scalar) => test(scalar),
            Data::Sequence(items) => items.iter().any(|item| item.any_scalar(test)),
            Data::Mapping(entries) => entries.iter().any(|entry| entry.value.any_scalar(test)),
        }
    }

    /// How many scalars, lists and maps it is, without those that it shares with more than so many copies.
    pub fn own_size(&self, holders: usize) -> usize {
        1 + match &self.data {
            Data::Sequence(items) if items.holders() <= holders => items.iter().map(|item| item.own_size(1)).sum(),
            Data::Mapping(entries) if entries.holders() <= holders => {
                entries.iter().map(|entry| entry.value.own_size(1)).sum()
            }
            _ => 0,
        }
    }

    /// Visits all scalars that are values.
    pub fn visit_scalars<'n>(&'n self, visit: &mut impl FnMut(&'n Scalar, &'n Origin)) {
        match &self.data {
            Data::Scalar(scalar) => visit(scalar, &self.origin),
            Data::Sequence(items) => items.iter().for_each(|item| item.visit_scalars(visit)),
            Data::Mapping(entries) => entries.iter().for_each(|entry| entry.value.visit_scalars(visit)),
        }
    }

    /// Visits all scalars that are values, to change them.
    pub fn for_each_scalar(&mut self, visit: &mut impl FnMut(&mut Scalar, &mut Origin)) {
        match &mut self.data {
            Data::Scalar(scalar) => visit(scalar, &mut self.origin),
            Data::Sequence(items) => items.iter_mut().for_each(|item| item.for_each_scalar(visit)),
            Data::Mapping(entries) => entries.iter_mut().for_each(|entry| entry.value.for_each_scalar(visit)),
        }
    }
}

/// A string that YAML 1.1 reads as something else gets quotes before it is set.
fn quote_where_ambiguous(value: &mut Node) {
    if let Data::Scalar(scalar) = &mut value.data
        && scalar.is_string()
        && scalar.style == Style::Plain
        && super::scalar::ambiguous(&scalar.text)
    {
        scalar.style = Style::Quoted;
    }
}
