//! The root of a schema beside a status subresource.
//!
//! In: the root schema of a version with `subresources.status`. Out: violations. Mirrors the first part of
//! `validateCustomResourceDefinitionValidation`: the schema of the status is taken out of the root, so the root must not
//! say more than what survives that.

use super::schema_root::SchemaRoot;
use super::view::Schema;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Kind, Node, Place};

/// `allowedFieldsAtRootSchema`, as JSON spells them, but for `type`.
const ALLOWED: &[&str] = &[
    "description",
    "format",
    "title",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "multipleOf",
    "required",
    "items",
    "properties",
    "externalDocs",
    "example",
    "x-kubernetes-preserve-unknown-fields",
    "x-kubernetes-validations",
];

/// Validates the root.
pub(super) fn beside_status<'t>(cursor: &SchemaRoot<'t>, root: Schema<'t>, errors: &mut Errors<'t>) {
    if !matches!(root.ty(), "" | "object") {
        let message = "the root must be of type object where the status is a subresource";
        cursor.error(ErrorType::Invalid, root, "type", message, errors);
        return;
    }
    let other =
        root.0.entries().find(|entry| entry.name != "type" && !ALLOWED.contains(&entry.name) && !is_zero(entry.value));
    if let Some(entry) = other {
        let message = format!("`{}` is not allowed at the root where the status is a subresource", entry.name);
        errors.error_at_path(ErrorType::Invalid, Place::key(entry), cursor.prefix.clone(), message);
    }
}

fn is_zero(node: Node<'_>) -> bool {
    matches!(node.kind(), Kind::Null | Kind::Bool(false) | Kind::String(""))
}
