//! Conditions inside of a schema: `allOf`, `anyOf`, `oneOf`, `not`.
//!
//! In: a schema. Out: violations: conditions restrict values, they must not define any. Mirrors
//! `validateValueValidation` and `validateNestedValueValidation`.

use super::MAX_DEPTH;
use super::schema_root::SchemaRoot;
use super::view::{Schema, Sub};
use crate::api::{ErrorType, Errors};
use crate::openapi::goregex;
use crate::yaml::{Node, Place};

/// The conditions that say "an integer or a string", where types are allowed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Skip {
    any: bool,
    first_all: bool,
}

impl Skip {
    /// Which of the two allowed patterns a schema has.
    pub fn of(schema: Schema<'_>) -> Self {
        let first = schema.list("allOf").next();
        Skip { any: is_int_or_string(schema), first_all: first.is_some_and(is_int_or_string) }
    }
}

/// `anyOf: [{type: integer}, {type: string}]`, and nothing else in either.
fn is_int_or_string(schema: Schema<'_>) -> bool {
    let types: Vec<_> = schema.list("anyOf").collect();
    let only = |s: Schema<'_>, ty: &str| s.ty() == ty && s.0.entries().filter(|e| !e.value.is_null()).count() == 1;
    matches!(types.as_slice(), [int, string] if only(*int, "integer") && only(*string, "string"))
}

/// Validates the conditions of a schema, and its pattern.
pub(super) fn values<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, skip: Skip, depth: usize, errors: &mut Errors<'t>) {
    if !skip.any {
        s.list("anyOf").for_each(|sub| nested(cursor, sub, Skip::default(), depth + 1, errors));
    }
    for (index, sub) in s.list("allOf").enumerate() {
        let any = skip.first_all && index == 0;
        nested(cursor, sub, Skip { any, first_all: false }, depth + 1, errors);
    }
    s.list("oneOf").for_each(|sub| nested(cursor, sub, Skip::default(), depth + 1, errors));
    if let Some(sub) = s.not() {
        nested(cursor, sub, Skip::default(), depth + 1, errors);
    }
    if let Err(why) = goregex::check(s.text("pattern")) {
        cursor.error(
            ErrorType::Invalid,
            s,
            "pattern",
            &format!("`pattern` is not a valid regular expression: {why}"),
            errors,
        );
    }
}

fn nested<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, skip: Skip, depth: usize, errors: &mut Errors<'t>) {
    if depth > MAX_DEPTH {
        return;
    }
    values(cursor, s, skip, depth, errors);
    if let Some(items) = s.item() {
        nested(cursor, items, Skip::default(), depth + 1, errors);
    }
    for (entry, property) in s.properties() {
        nested(cursor, property, Skip::default(), depth + 1, errors);
        if entry.name == "metadata" {
            let message = "conditions must not refer to `metadata`";
            errors.error_at_path(ErrorType::Forbidden, Place::key(entry), cursor.path(entry.value), message);
        }
    }
    forbidden(cursor, s, errors);
}

/// What would define values.
fn forbidden<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, errors: &mut Errors<'t>) {
    const TEXTS: &[&str] = &["type", "title", "description"];
    const FLAGS: &[&str] = &[
        "nullable",
        "x-kubernetes-preserve-unknown-fields",
        "x-kubernetes-embedded-resource",
        "x-kubernetes-int-or-string",
    ];
    const PRESENT: &[&str] = &["default", "x-kubernetes-list-type", "x-kubernetes-map-type"];
    const FILLED: &[&str] = &["x-kubernetes-list-map-keys", "x-kubernetes-validations"];
    let is = |field: &str, test: fn(Node<'_>) -> bool| s.get(field).is_some_and(test);
    let found = TEXTS.iter().filter(|field| is(field, |node| node.as_str() != Some("")));
    let found = found.chain(FLAGS.iter().filter(|field| is(field, |node| node.as_bool() == Some(true))));
    let found = found.chain(PRESENT.iter().filter(|field| is(field, |_| true)));
    let found = found.chain(FILLED.iter().filter(|field| is(field, |node| !node.is_empty())));
    for field in found {
        cursor.forbid(s, field, "a condition must not define values", errors);
    }
    if !matches!(s.additional(), Sub::Absent | Sub::Bool(false)) {
        cursor.forbid(s, "additionalProperties", "a condition must not define values", errors);
    }
}
