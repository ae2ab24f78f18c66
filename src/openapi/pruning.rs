//! Fields that no schema declares.
//!
//! In: a value and its schema. Out: the fields that the server takes away: strict validation calls them unknown, and a
//! default must not have any. Mirrors apiextensions-apiserver's `schema/pruning`.

use super::schema::Schema;
use crate::yaml::{Entry, Node};

const META_FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// A field that is not declared.
#[derive(Debug, Clone, Copy)]
pub struct Unknown<'a> {
    /// The field.
    pub entry: Entry<'a>,
    /// The schema of the map it stands in, where there is one.
    pub schema: Option<&'a Schema>,
}

/// A value still to be looked at. A work list, since lists without a schema may nest as deep as the text does.
struct Step<'a> {
    node: Node<'a>,
    schema: Option<&'a Schema>,
    /// Undeclared fields are kept here, but not below declared ones.
    keep: bool,
}

/// The fields that no schema declares; `resource` says whether the value is one, whose metadata is not looked at.
pub fn unknown_fields<'a>(value: Node<'a>, schema: &'a Schema, resource: bool) -> Vec<Unknown<'a>> {
    let mut found = Vec::new();
    let mut work = vec![Step { node: value, schema: Some(schema), keep: schema.preserve_unknown }];
    while let Some(Step { node, schema, keep }) = work.pop() {
        if node.is_sequence() {
            let items = schema.and_then(|schema| schema.items.as_deref());
            if keep && items.is_none() {
                continue;
            }
            let keep = keep || items.is_some_and(|items| items.preserve_unknown);
            work.extend(node.items().map(|node| Step { node, schema: items, keep }));
        }
        let embedded = resource && node == value || schema.is_some_and(|schema| schema.embedded);
        for entry in node.entries() {
            if embedded && META_FIELDS.contains(&entry.name) {
                continue;
            }
            match declared(schema, entry.name) {
                Some(schema) => {
                    let keep = schema.is_some_and(|schema| schema.preserve_unknown);
                    work.push(Step { node: entry.value, schema, keep });
                }
                None if keep => {}
                None => found.push(Unknown { entry, schema }),
            }
        }
    }
    found
}

/// The schema of a field, where it is declared; nothing inside where any value may stand there.
fn declared<'a>(schema: Option<&'a Schema>, name: &str) -> Option<Option<&'a Schema>> {
    let schema = schema?;
    match schema.property(name) {
        Some(property) => Some(Some(property)),
        None => schema.additional.as_ref().map(|_| schema.additional()),
    }
}
