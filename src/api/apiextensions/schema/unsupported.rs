//! What no structural schema can be made of.
//!
//! In: a schema. Out: the first field that stands in the way, and why. Mirrors `validateUnsupportedFields` and the other
//! failures of `NewStructural`.

use super::MAX_DEPTH;
use super::view::{Schema, Sub};
use crate::yaml::Node;

/// Looks for such a field in the whole schema.
pub(crate) fn find(schema: Schema<'_>) -> Option<(Node<'_>, &'static str)> {
    search(schema, 0)
}

fn search(schema: Schema<'_>, depth: usize) -> Option<(Node<'_>, &'static str)> {
    if depth > MAX_DEPTH {
        return None;
    }
    own(schema).or_else(|| {
        let lists = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|field| schema.list(field));
        let below = lists.chain(schema.not()).chain(schema.item()).chain(schema.additional_schema());
        below.chain(schema.properties().map(|(_, property)| property)).find_map(|sub| search(sub, depth + 1))
    })
}

fn own(schema: Schema<'_>) -> Option<(Node<'_>, &'static str)> {
    let texts = [
        ("id", "`id` is not supported"),
        ("$schema", "`$schema` is not supported"),
        ("$ref", "`$ref` is not supported"),
    ];
    let maps = [
        ("patternProperties", "`patternProperties` is not supported"),
        ("dependencies", "`dependencies` is not supported"),
        ("definitions", "`definitions` is not supported"),
    ];
    let text = texts.into_iter().filter(|(field, _)| !schema.text(field).is_empty());
    let map = maps.into_iter().filter(|(field, _)| schema.filled(field).is_some());
    let found = text.chain(map).find_map(|(field, why)| schema.get(field).map(|node| (node, why)));
    let additional = || schema.get("additionalItems").map(|node| (node, "`additionalItems` is not supported"));
    let items = || match schema.items() {
        Sub::Many(list) if !list.is_empty() => Some((list, "`items` must be one schema, not a list of them")),
        _ => None,
    };
    let preserve = || {
        let node = schema.get("x-kubernetes-preserve-unknown-fields").filter(|node| node.as_bool() == Some(false));
        node.map(|node| (node, "`x-kubernetes-preserve-unknown-fields` must be true or absent"))
    };
    found.or_else(additional).or_else(items).or_else(preserve)
}
