//! Objects that another tool made, as a build goes on with them.
//!
//! In: a rendered value. Out: the tree that kustomize would read from it, each node with the value's origin.

use super::node::{Data, Entry, Node, Scalar, Style, Tag};
use super::scalar::ambiguous;
use crate::render::value::{self, Value};

/// The tree of a value.
pub fn node(value: &Value) -> Node {
    let scalar = |text: String, tag: Tag| Data::Scalar(Scalar::new(text, tag));
    let data = match &value.data {
        value::Data::Null => scalar("null".to_owned(), Tag::Null),
        value::Data::Bool(b) => scalar(b.to_string(), Tag::Bool),
        value::Data::Number(number) if number.is_f64() => scalar(number.to_string(), Tag::Float),
        value::Data::Number(number) => scalar(number.to_string(), Tag::Int),
        value::Data::String(text) => Data::Scalar(string(text)),
        value::Data::List(items) => Data::Sequence(items.iter().map(node).collect()),
        value::Data::Map(entries) => Data::Mapping(entries.iter().map(entry).collect()),
    };
    Node { data, origin: value.origin.clone() }
}

fn entry(entry: &value::Entry) -> Entry {
    Entry { key: string(&entry.key), at: entry.at, value: node(&entry.value) }
}

fn string(text: &std::sync::Arc<str>) -> Scalar {
    let style = if ambiguous(text) { Style::Quoted } else { Style::Plain };
    Scalar { style, ..Scalar::new(text.clone(), Tag::Str) }
}
