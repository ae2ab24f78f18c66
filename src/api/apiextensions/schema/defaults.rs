//! Default values.
//!
//! In: a structural schema. Out: violations: defaults must obey the schema they stand in. Mirrors `ValidateDefaults` of
//! `apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go`. Rules in CEL are not evaluated, but they
//! must compile where there is a default.

use super::schema_root::SchemaRoot;
use super::view::Schema;
use super::{MAX_DEPTH, cel_rules};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::openapi::{self, Use, View};
use crate::yaml::{Node, Place};

/// Validates all defaults of a schema.
pub(super) fn validate<'t>(cursor: &SchemaRoot<'t>, root: Schema<'t>, errors: &mut Errors<'t>) {
    schema(cursor, root, None, false, 0, errors);
}

/// `above` is the schema as it was compiled for a default around it, where there is one: so nothing is compiled twice.
fn schema<'t>(
    cursor: &SchemaRoot<'t>,
    s: Schema<'t>,
    above: Option<&openapi::Schema>,
    mut in_metadata: bool,
    depth: usize,
    errors: &mut Errors<'t>,
) {
    if depth > MAX_DEPTH {
        return;
    }
    let resource = s.embedded() || cursor.is_root(s);
    in_metadata &= !s.embedded();
    let default = s.get("default");
    let own = default.filter(|_| above.is_none());
    let own = own.map(|_| openapi::Schema::compile(s.0, Use::Defaults, errors.version));
    let compiled = above.or(own.as_ref());
    if let Some((default, compiled)) = default.zip(compiled) {
        one(cursor, (s, compiled), default, in_metadata, errors);
    }
    if let Some(items) = s.item() {
        let compiled = compiled.and_then(|compiled| compiled.items.as_deref());
        schema(cursor, items, compiled, in_metadata, depth + 1, errors);
    }
    for (entry, property) in s.properties() {
        let own = resource && matches!(entry.name, "metadata" | "apiVersion" | "kind");
        let compiled = compiled.and_then(|compiled| compiled.property(entry.name));
        schema(cursor, property, compiled, in_metadata || own, depth + 1, errors);
    }
}

/// A schema as it is written and as it was compiled.
type Both<'t, 'c> = (Schema<'t>, &'c openapi::Schema);

fn one<'t>(cursor: &SchemaRoot<'t>, both: Both<'t, '_>, default: Node<'t>, in_metadata: bool, errors: &mut Errors<'t>) {
    let (s, compiled) = both;
    let path = cursor.field_path(s, "default");
    let resource = s.embedded() || cursor.is_root(s);
    let pruned = openapi::unknown_fields(default, compiled, resource);
    let first = pruned.iter().map(|field| field.entry).min_by_key(|entry| entry.key.span().start);
    if let Some(entry) = first.filter(|_| !in_metadata) {
        let message = format!("{} is not a field of the schema", quote(entry.name));
        errors.error_at_span(ErrorType::Invalid, Place::key(entry).span(), path.clone(), message);
    }
    // The value as it stands: the defaults inside of it are not filled in.
    let found = openapi::validate(View::new(default, None, None), compiled, "the default");
    for violation in &found {
        let path = match violation.path.as_str() {
            below if !below.is_empty() && !violation.of_the_whole => format!("{path}.{below}"),
            _ => path.clone(),
        };
        let span = Place::Value(violation.at).span();
        errors.error_at_span(violation.kind, span, path, violation.message.clone());
    }
    if found.is_empty()
        && let Some(why) = cel_rules::failure(s, resource, errors.version)
    {
        let message = format!("the default cannot be checked against a rule that does not compile: {why}");
        errors.error_at_path(ErrorType::Invalid, default, path, message);
    }
}
