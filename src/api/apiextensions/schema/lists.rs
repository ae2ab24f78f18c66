//! Lists and maps with a merge strategy.
//!
//! In: a schema. Out: violations. Mirrors the parts of `ValidateCustomResourceDefinitionOpenAPISchema` on
//! `x-kubernetes-list-type` and `x-kubernetes-map-type`, and `validateMapListKeysMapSet`.

use std::collections::HashSet;

use super::schema_root::SchemaRoot;
use super::view::{Schema, Sub};
use crate::api::check::text;
use crate::api::errors::show;
use crate::api::{ErrorType, Errors};
use crate::yaml::Place;

const LIST_TYPE: &str = "x-kubernetes-list-type";
const MAP_TYPE: &str = "x-kubernetes-map-type";
const MAP_KEYS: &str = "x-kubernetes-list-map-keys";

/// Validates a schema's own strategy.
pub(super) fn validate<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, errors: &mut Errors<'t>) {
    typed(cursor, s, MAP_TYPE, ("object", &["atomic", "granular"]), errors);
    let list_type = s.get(LIST_TYPE).map(text);
    typed(cursor, s, LIST_TYPE, ("array", &["atomic", "set", "map"]), errors);
    if s.ty() == "array" && list_type == Some("set") {
        set_items(cursor, s, errors);
    }
    if s.filled(MAP_KEYS).is_some() && list_type != Some("map") {
        let kind = if list_type.is_none() { ErrorType::Required } else { ErrorType::Invalid };
        cursor.error(kind, s, LIST_TYPE, "`x-kubernetes-list-map-keys` is only allowed with list type `map`", errors);
    }
    if list_type == Some("map") {
        map_items(cursor, s, errors);
    }
    if let Some(kind) = list_type.filter(|kind| matches!(*kind, "set" | "map")) {
        items_by_key(cursor, s, kind, errors);
    }
}

fn typed<'t>(
    cursor: &SchemaRoot<'t>,
    s: Schema<'t>,
    field: &str,
    (wanted, allowed): (&str, &[&str]),
    errors: &mut Errors<'t>,
) {
    let Some(node) = s.get(field) else { return };
    if s.ty() != wanted {
        let kind = if s.ty().is_empty() { ErrorType::Required } else { ErrorType::Invalid };
        cursor.error(kind, s, "type", &format!("`{field}` needs the type {wanted}"), errors);
    }
    if !allowed.contains(&text(node)) {
        let message = format!("{} is not supported: use {}", show(node), allowed.join(", "));
        cursor.error(ErrorType::NotSupported, s, field, &message, errors);
    }
}

/// The items of a set are compared as a whole.
fn set_items<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, errors: &mut Errors<'t>) {
    let Some(items) = s.item() else { return };
    let field = match items.ty() {
        "array" if items.get(LIST_TYPE).is_some_and(|node| text(node) != "atomic") => LIST_TYPE,
        "object" if items.get(MAP_TYPE).is_none_or(|node| text(node) != "atomic") => MAP_TYPE,
        _ => return,
    };
    cursor.error(ErrorType::Invalid, items, field, "the items of a set must be atomic", errors);
}

/// The items of a map are told apart by the values of keys.
fn map_items<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, errors: &mut Errors<'t>) {
    if s.filled(MAP_KEYS).is_none() {
        cursor.error(ErrorType::Required, s, MAP_KEYS, "the list type map needs the names of keys", errors);
    }
    let items = match s.items() {
        Sub::Absent => {
            cursor.error(ErrorType::Required, s, "items", "the list type map needs `items`", errors);
            return;
        }
        Sub::Schema(items) => items,
        _ => {
            cursor.error(ErrorType::Invalid, s, "items", "the list type map needs one schema for all items", errors);
            return;
        }
    };
    if items.ty() != "object" {
        let message = "the items of a list of type map must be of type object";
        cursor.error(ErrorType::Invalid, items, "type", message, errors);
        return;
    }
    let mut seen = HashSet::new();
    for key in s.names(MAP_KEYS) {
        match items.property(key) {
            Some(property) if matches!(property.ty(), "array" | "object") => {
                cursor.error(ErrorType::Invalid, property, "type", "a key must be of a scalar type", errors);
            }
            Some(_) => {}
            None => refuse_key(cursor, s, key, "is not a property of the items", errors),
        }
        if !seen.insert(key) {
            refuse_key(cursor, s, key, "is listed twice", errors);
        }
    }
}

fn refuse_key<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, key: &str, why: &str, errors: &mut Errors<'t>) {
    let node = s.get(MAP_KEYS).and_then(|list| list.items().find(|item| text(*item) == key));
    let place = node.map_or_else(|| Place::field(s.0, MAP_KEYS), Place::Value);
    let message = format!("{} {why}", crate::api::errors::quote(key));
    errors.error_at_path(ErrorType::Invalid, place, cursor.field_path(s, MAP_KEYS), message);
}

/// validateMapListKeysMapSet: items and keys must not be null, and keys must always be there.
fn items_by_key<'t>(cursor: &SchemaRoot<'t>, s: Schema<'t>, kind: &str, errors: &mut Errors<'t>) {
    let Some(items) = s.item() else { return };
    if items.flag("nullable") {
        cursor.forbid(items, "nullable", &format!("the items of a list of type {kind} must not be null"), errors);
    }
    if kind != "map" {
        return;
    }
    for (key, property) in s.names(MAP_KEYS).filter_map(|key| Some((key, items.property(key)?))) {
        let required = items.names("required").any(|name| name == key);
        if !required && property.get("default").is_none() {
            let message = "a key must be required or have a default";
            cursor.error(ErrorType::Required, property, "default", message, errors);
        }
        if property.flag("nullable") {
            cursor.forbid(property, "nullable", "a key must not be null", errors);
        }
    }
}
