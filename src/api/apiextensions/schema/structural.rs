//! Whether a schema is structural.
//!
//! In: a schema that can become one. Out: violations. Mirrors `validateStructuralInvariants` of
//! `apiextensions-apiserver/pkg/apiserver/schema/validation.go`: every value has a type that does not depend on
//! conditions.

use super::MAX_DEPTH;
use super::nested::{self, Skip};
use super::schema_root::SchemaRoot;
use super::view::{Schema, Sub};
use crate::api::{ErrorType, Errors};
use crate::yaml::Place;

/// Where a schema stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Root,
    Item,
    Field,
}

/// Validates the whole schema.
pub(super) fn validate<'t>(cursor: &SchemaRoot<'t>, root: Schema<'t>, errors: &mut Errors<'t>) {
    schema(cursor, root, Level::Root, 0, errors);
}

fn schema<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, level: Level, depth: usize, errors: &mut Errors<'t>) {
    if depth > MAX_DEPTH {
        return;
    }
    if s.ty() == "array" && s.items() == Sub::Absent {
        cursor.error(ErrorType::Required, s, "items", "a list needs `items`", errors);
    }
    if let Some(items) = s.item() {
        schema(cursor, items, Level::Item, depth + 1, errors);
    }
    for (_, property) in s.properties() {
        schema(cursor, property, Level::Field, depth + 1, errors);
    }
    if s.additional() != Sub::Absent {
        additional(cursor, s, level, depth, errors);
    }
    extensions(cursor, s, errors);
    nested::values(cursor, s, Skip::of(s), depth, errors);
    types(cursor, s, level, errors);
    metadata(cursor, s, level, errors);
    if s.embedded() && !s.preserves() && s.filled("properties").is_none() {
        let message = "an embedded resource needs `properties` or `x-kubernetes-preserve-unknown-fields`";
        cursor.error(ErrorType::Required, s, "properties", message, errors);
    }
}

fn additional<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, level: Level, depth: usize, errors: &mut Errors<'t>) {
    if level == Level::Root {
        cursor.forbid(s, "additionalProperties", "it must not be used at the root", errors);
    }
    if s.embedded() {
        cursor.forbid(s, "additionalProperties", "it must not be used in an embedded resource", errors);
    }
    if let Some(sub) = s.additional_schema() {
        schema(cursor, sub, Level::Field, depth + 1, errors);
    }
}

/// validateExtensions.
fn extensions<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, errors: &mut Errors<'t>) {
    for field in ["x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource"] {
        if s.int_or_string() && s.flag(field) {
            let message = format!("`{field}` cannot be combined with `x-kubernetes-int-or-string`");
            cursor.error(ErrorType::Invalid, s, field, &message, errors);
        }
    }
}

fn types<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, level: Level, errors: &mut Errors<'t>) {
    let mut refuse = |kind: ErrorType, message: &str| cursor.error(kind, s, "type", message, errors);
    match (s.ty(), level) {
        ("object", _) => {}
        ("", _) if s.embedded() => refuse(ErrorType::Required, "an embedded resource needs `type: object`"),
        ("", _) if s.int_or_string() || s.preserves() => {}
        ("", Level::Root) => refuse(ErrorType::Required, "`type` is required at the root"),
        ("", Level::Item) => refuse(ErrorType::Required, "`type` is required for items"),
        ("", Level::Field) => refuse(ErrorType::Required, "`type` is required for properties"),
        _ => {
            if s.embedded() {
                refuse(ErrorType::Invalid, "an embedded resource must be of type object");
            }
            if level == Level::Root {
                refuse(ErrorType::Invalid, "the root must be of type object");
            }
        }
    }
}

/// What a resource's own fields may be: the server knows them.
fn metadata<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, level: Level, errors: &mut Errors<'t>) {
    let resource = level == Level::Root || s.embedded();
    for (name, wanted) in [("kind", "string"), ("apiVersion", "string"), ("metadata", "object")] {
        let Some(property) = s.property(name).filter(|property| resource && property.ty() != wanted) else { continue };
        let message = format!("`{name}` of a resource must be of type {wanted}");
        cursor.error(ErrorType::Invalid, property, "type", &message, errors);
    }
    let Some(meta) = s.property("metadata").filter(|_| level == Level::Root) else { return };
    if !is_plain_metadata(meta) {
        let message = "the schema of the metadata may name `name` and `generateName` only";
        errors.error_at_path(ErrorType::Forbidden, Place::Key(meta.0), cursor.path(meta.0), message);
    }
}

/// Whether the schema of the metadata says nothing but its type and restrictions of the name.
fn is_plain_metadata(meta: Schema<'_>) -> bool {
    let names = meta.properties().all(|(entry, _)| matches!(entry.name, "name" | "generateName"));
    let rest = meta.0.entries().filter(|entry| !matches!(entry.name, "type" | "default" | "properties"));
    let empty = |node: crate::yaml::Node<'_>| {
        node.is_null()
            || node.as_str() == Some("")
            || node.as_bool() == Some(false)
            || node.is_sequence() && node.is_empty()
    };
    names && rest.into_iter().all(|entry| empty(entry.value))
}
