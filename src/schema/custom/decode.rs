//! What the server refuses of a custom resource with 400.
//!
//! In: an object and the structural schema of its kind. Out: fields that would be pruned (strict validation calls them
//! unknown), metadata that cannot be read, and the embedded objects found on the way. Mirrors `schema/objectmeta` of
//! apiextensions-apiserver.

use crate::finding::{Category, Finding, Severity};
use crate::openapi::{self, Schema};
use crate::schema::bundle::Version;
use crate::schema::decode::decode_metadata;
use crate::schema::messages::rename;
use crate::suggest::closest;
use crate::yaml::{Entry, Node, Place};

/// The fields that no schema declares.
pub(super) fn unknown_fields<'a>(root: Node<'a>, schema: &'a Schema) -> Vec<Finding> {
    let found = openapi::unknown_fields(root, schema, true);
    found.into_iter().map(|field| unknown(root, field.entry, field.schema)).collect()
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
    if !schema.has_embedded {
        return;
    }
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
