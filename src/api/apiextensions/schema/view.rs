//! A schema as the server decodes it.
//!
//! In: a mapping under `openAPIV3Schema`. Out: its fields with the meaning of `JSONSchemaProps`: what is null or has its
//! zero value is absent.

use crate::api::check::text_at;
use crate::yaml::{Entry, Node};

/// A view on one schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Schema<'t>(pub Node<'t>);

/// What `items` or `additionalProperties` hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sub<'t> {
    /// Nothing.
    Absent,
    /// A schema.
    Schema(Schema<'t>),
    /// A list of schemas.
    Many(Node<'t>),
    /// A boolean.
    Bool(bool),
}

impl<'t> Schema<'t> {
    /// `type`, empty where it is absent.
    pub fn ty(self) -> &'t str {
        text_at(self.0, "type")
    }

    /// A field of text, empty where it is absent.
    pub fn text(self, field: &str) -> &'t str {
        text_at(self.0, field)
    }

    /// A boolean, false where it is absent.
    pub fn flag(self, field: &str) -> bool {
        self.0.get(field).and_then(Node::as_bool).unwrap_or(false)
    }

    /// A field that is there.
    pub fn get(self, field: &str) -> Option<Node<'t>> {
        self.0.get(field)
    }

    /// A list or a map that is there and not empty.
    pub fn filled(self, field: &str) -> Option<Node<'t>> {
        self.0.get(field).filter(|node| !node.is_empty())
    }

    /// An integer.
    pub fn int(self, field: &str) -> Option<i64> {
        self.0.get(field)?.as_i64()
    }

    /// `properties`.
    pub fn properties(self) -> impl Iterator<Item = (Entry<'t>, Schema<'t>)> + Clone + use<'t> {
        self.named("properties")
    }

    /// A map of schemas.
    pub fn named(self, field: &str) -> impl Iterator<Item = (Entry<'t>, Schema<'t>)> + Clone + use<'t> {
        self.0.get(field).into_iter().flat_map(Node::entries).map(|entry| (entry, Schema(entry.value)))
    }

    /// One property.
    pub fn property(self, name: &str) -> Option<Schema<'t>> {
        self.0.get("properties")?.get_entry(name).map(|entry| Schema(entry.value))
    }

    /// A list of schemas: `allOf`, `anyOf`, `oneOf`.
    pub fn list(self, field: &str) -> impl Iterator<Item = Schema<'t>> + Clone + use<'t> {
        self.0.get(field).into_iter().flat_map(Node::items).map(Schema)
    }

    /// `not`.
    pub fn not(self) -> Option<Schema<'t>> {
        self.0.get("not").map(Schema)
    }

    /// `items`.
    pub fn items(self) -> Sub<'t> {
        Self::sub(self.0.get("items"))
    }

    /// The one schema of all items.
    pub fn item(self) -> Option<Schema<'t>> {
        match self.items() {
            Sub::Schema(schema) => Some(schema),
            _ => None,
        }
    }

    /// `additionalProperties`.
    pub fn additional(self) -> Sub<'t> {
        Self::sub(self.0.get("additionalProperties"))
    }

    /// The schema of all other properties.
    pub fn additional_schema(self) -> Option<Schema<'t>> {
        match self.additional() {
            Sub::Schema(schema) => Some(schema),
            _ => None,
        }
    }

    fn sub(node: Option<Node<'t>>) -> Sub<'t> {
        match node {
            None => Sub::Absent,
            Some(node) if node.is_sequence() => Sub::Many(node),
            Some(node) => node.as_bool().map_or(Sub::Schema(Schema(node)), Sub::Bool),
        }
    }

    /// The names in a list of texts: `required`, `x-kubernetes-list-map-keys`.
    pub fn names(self, field: &str) -> impl Iterator<Item = &'t str> + Clone + use<'t> {
        self.0.get(field).into_iter().flat_map(Node::items).map(|node| node.as_str().unwrap_or(""))
    }

    /// `x-kubernetes-preserve-unknown-fields: true`.
    pub fn preserves(self) -> bool {
        self.flag("x-kubernetes-preserve-unknown-fields")
    }

    /// `x-kubernetes-int-or-string: true`.
    pub fn int_or_string(self) -> bool {
        self.flag("x-kubernetes-int-or-string")
    }

    /// `x-kubernetes-embedded-resource: true`.
    pub fn embedded(self) -> bool {
        self.flag("x-kubernetes-embedded-resource")
    }
}
