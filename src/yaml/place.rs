//! A place in a document that a finding is about.
//!
//! In: a node that is there, an entry's key, or a field that is missing under a node. Out: the span a person should look
//! at, and the path the API server would print. Rules and validators say *what*; the bytes are found here.

use crate::source::Span;

use super::path::push_key;
use super::tree::{Entry, Node, Style};

/// What a finding points at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place<'t> {
    /// A value: its own bytes where it is a scalar, else the key it stands under (or the `name` of a list item).
    Value(Node<'t>),
    /// The key of an entry, given by the entry's value; the path is the value's.
    Key(Node<'t>),
    /// A field that is not there: the mapping it belongs to and the rest of the path (`image`, `resources.limits[cpu]`).
    Missing(Node<'t>, String),
}

impl<'t> Place<'t> {
    /// The key of an entry.
    pub fn key(entry: Entry<'t>) -> Self {
        Place::Key(entry.value)
    }

    /// A field missing under `parent`.
    pub fn missing(parent: Node<'t>, field: impl Into<String>) -> Self {
        Place::Missing(parent, field.into())
    }

    /// The value of `field` under `parent`, or the field as missing. An entry that is null is pointed at.
    pub fn field(parent: Node<'t>, field: &str) -> Self {
        match parent.get_entry(field) {
            Some(entry) => Place::Value(entry.value),
            None => Place::missing(parent, field),
        }
    }

    /// The node the place lies at or under.
    pub fn node(&self) -> Node<'t> {
        match self {
            Place::Value(node) | Place::Key(node) | Place::Missing(node, _) => *node,
        }
    }

    /// The bytes to look at.
    pub fn span(&self) -> Span {
        match self {
            Place::Key(node) => node.entry().map_or_else(|| node.anchor_span(), |entry| entry.key.span()),
            Place::Value(node) if node.span().is_empty() => {
                node.entry().map_or_else(|| node.anchor_span(), |entry| entry.key.span())
            }
            Place::Value(node) | Place::Missing(node, _) => node.anchor_span(),
        }
    }

    /// The path from `root` (the object), as the API server prints it.
    pub fn path(&self, root: Node<'t>) -> String {
        match self {
            Place::Value(node) | Place::Key(node) => node.path_from(Some(root)),
            Place::Missing(parent, field) => {
                let mut path = parent.path_from(Some(root));
                if field.starts_with('[') {
                    path.push_str(field);
                } else {
                    push_key(&mut path, field, false);
                }
                path
            }
        }
    }
}

impl<'t> Node<'t> {
    /// Where a finding about the whole node points: the key it stands under, the `name` of a list item (or its first
    /// key), a scalar itself. Never the whole of a large block, which no reviewer could see.
    pub fn anchor_span(self) -> Span {
        if !self.is_mapping() && !self.is_sequence() {
            return self.span();
        }
        if let Some(entry) = self.entry() {
            return entry.key.span();
        }
        if self.is_mapping() && self.style() == Style::Block {
            // Entries of a built tree may have been written apart; those that were written with the map come first.
            let (own, built) = (self.span(), self.by().is_some());
            if let Some(entry) = self.get_entry("name").filter(|e| e.value.is_string()) {
                let (key, value) = (entry.key.span(), entry.value.span());
                return if built && !(own.contains(key) && own.contains(value)) { value } else { key.to(value) };
            }
            let keys = || self.all_entries().map(|entry| entry.key.span());
            let written_with = || keys().filter(|key| own.contains(*key)).min_by_key(|key| key.start);
            if let Some(key) = built.then(written_with).flatten().or_else(|| keys().next()) {
                return key;
            }
        }
        self.span()
    }
}

impl<'t> From<Node<'t>> for Place<'t> {
    fn from(node: Node<'t>) -> Self {
        Place::Value(node)
    }
}
