//! What the server refuses of a custom resource with 400.
//!
//! In: an object and the structural schema of its kind. Out: fields that would be pruned (strict validation calls them
//! unknown), metadata that cannot be read, and the embedded objects found on the way. Mirrors `schema/pruning` and
//! `schema/objectmeta` of apiextensions-apiserver.

use crate::finding::{Category, Finding, Severity};
use crate::openapi::Schema;
use crate::schema::bundle::Version;
use crate::schema::decode::decode_metadata;
use crate::schema::messages::rename;
use crate::suggest::closest;
use crate::yaml::{Entry, Node, Place};

const META_FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// A value still to be looked at. A work list, since lists without a schema may nest as deep as the text does.
struct Step<'a> {
    node: Node<'a>,
    schema: Option<&'a Schema>,
    /// Undeclared fields are kept here, but not below declared ones.
    keep: bool,
}

/// The fields that no schema declares.
pub(super) fn unknown_fields<'a>(root: Node<'a>, schema: &'a Schema) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut work = vec![Step { node: root, schema: Some(schema), keep: schema.preserve_unknown }];
    while let Some(Step { node, schema, keep }) = work.pop() {
        if node.is_sequence() {
            let items = schema.and_then(|schema| schema.items.as_deref());
            if keep && items.is_none() {
                continue;
            }
            let keep = keep || items.is_some_and(|items| items.preserve_unknown);
            work.extend(node.items().map(|node| Step { node, schema: items, keep }));
        }
        for entry in node.entries() {
            if META_FIELDS.contains(&entry.name) && (node == root || schema.is_some_and(|schema| schema.embedded)) {
                continue;
            }
            match declared(schema, entry.name) {
                Some(schema) => {
                    let keep = schema.is_some_and(|schema| schema.preserve_unknown);
                    work.push(Step { node: entry.value, schema, keep });
                }
                None if keep => {}
                None => findings.push(unknown(root, entry, schema)),
            }
        }
    }
    findings
}

/// The schema of a field, where it is declared; nothing inside where any value may stand there.
fn declared<'a>(schema: Option<&'a Schema>, name: &str) -> Option<Option<&'a Schema>> {
    let schema = schema?;
    match schema.property(name) {
        Some(property) => Some(Some(property)),
        None => schema.additional.as_ref().map(|_| schema.additional()),
    }
}

fn unknown<'a>(root: Node<'a>, entry: Entry<'a>, schema: Option<&'a Schema>) -> Finding {
    let path = entry.value.dotted_path_from(Some(root));
    let message = format!("unknown field `{path}`");
    let mut finding = Finding::new("unknown-field", Category::Schema, Severity::Error, message, entry.key.span());
    finding.path = path;
    let names = schema.map(|schema| schema.properties.as_slice()).unwrap_or_default();
    if let Some(name) = closest(entry.name, names.iter().map(|(name, _)| name.as_str())) {
        finding.help = Some(format!("did you mean `{name}`?"));
        finding.fix = rename(entry, name);
    }
    finding
}

/// The objects embedded in an object, as their schemas say.
pub(super) fn embedded<'a>(node: Node<'a>, schema: &Schema, found: &mut Vec<Node<'a>>) {
    if schema.embedded && node.is_mapping() {
        found.push(node);
    }
    for entry in node.entries() {
        if let Some(schema) = schema.child(entry.name) {
            embedded(entry.value, schema, found);
        }
    }
    if let Some(schema) = &schema.items {
        node.items().for_each(|item| embedded(item, schema, found));
    }
}

/// What cannot be read of the metadata, and of embedded objects' metadata, kind and apiVersion.
pub(super) fn metadata<'a>(root: Node<'a>, embedded: &[Node<'a>], version: &'static Version) -> Vec<Finding> {
    let mut findings = Vec::new();
    for object in std::iter::once(&root).chain(embedded) {
        if let Some(metadata) = object.get("metadata") {
            findings.extend(decode_metadata(root, metadata, version));
        }
        for field in ["apiVersion", "kind"] {
            let value = object.get(field).filter(|value| !value.is_string());
            findings.extend(value.map(|value| not_a_string(root, value, field)));
        }
    }
    findings
}

fn not_a_string(root: Node<'_>, value: Node<'_>, field: &str) -> Finding {
    let message = format!("`{field}` must be a string, not {}", value.describe());
    let mut finding =
        Finding::new("wrong-type", Category::Schema, Severity::Error, message, Place::Value(value).span());
    finding.path = value.path_from(Some(root));
    finding
}
