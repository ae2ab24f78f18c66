//! Whether every value that a condition is about is defined outside of conditions.
//!
//! In: a schema. Out: violations. Mirrors `validateStructuralCompleteness` of
//! `apiextensions-apiserver/pkg/apiserver/schema/complete.go`: only the conditions of the root are followed there.

use super::MAX_DEPTH;
use super::schema_root::SchemaRoot;
use super::view::Schema;
use crate::api::{ErrorType, Errors};
use crate::yaml::Place;

/// Validates the conditions of the root.
pub(super) fn validate<'t>(cursor: &SchemaRoot<'t>, root: Schema<'t>, errors: &mut Errors<'t>) {
    let path = cursor.prefix.clone();
    conditions(cursor, root, Some(root), &path, 0, errors);
}

fn conditions<'t>(
    cursor: &SchemaRoot<'t>,
    condition: Schema<'t>,
    defined: Option<Schema<'t>>,
    path: &str,
    depth: usize,
    errors: &mut Errors<'t>,
) {
    let lists = ["allOf", "anyOf", "oneOf"].into_iter().flat_map(|field| condition.list(field));
    for sub in condition.not().into_iter().chain(lists) {
        values(cursor, sub, defined, path, depth + 1, errors);
    }
}

/// `path` is that of the definition, which may be missing.
fn values<'t>(
    cursor: &SchemaRoot<'t>,
    condition: Schema<'t>,
    defined: Option<Schema<'t>>,
    path: &str,
    depth: usize,
    errors: &mut Errors<'t>,
) {
    if depth > MAX_DEPTH {
        return;
    }
    if defined.is_none() {
        let message = "a condition refers to this field, but nothing defines it";
        errors.error_at_path(ErrorType::Required, Place::Key(condition.0), path, message);
        return;
    }
    conditions(cursor, condition, defined, path, depth, errors);
    if let Some(items) = condition.item() {
        let below = defined.and_then(Schema::item);
        values(cursor, items, below, &format!("{path}.items"), depth + 1, errors);
    }
    for (entry, property) in condition.properties() {
        let below = defined.and_then(|schema| schema.property(entry.name));
        values(cursor, property, below, &format!("{path}.properties[{}]", entry.name), depth + 1, errors);
    }
}
