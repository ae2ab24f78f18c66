//! Printer columns and subresources.
//!
//! In: these parts of a definition. Out: violations. Mirrors `ValidateCustomResourceColumnDefinition`,
//! `ValidateCustomResourceDefinitionSubresources` and `validateSimpleJSONPath`.

use super::layout::Checked;
use crate::api::check::{text, text_at};
use crate::api::errors::{quote, show};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

const TYPES: &[&str] = &["boolean", "date", "integer", "number", "string"];

const FORMATS: &[&str] = &["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

/// Validates printer columns.
pub(super) fn printer<'t>(part: &Checked<'t>, errors: &mut Errors<'t>) {
    for (index, column) in part.node.items().enumerate() {
        let path = format!("{}[{index}]", part.path);
        if text_at(column, "name").is_empty() {
            missing(column, "name", format!("{path}.name"), errors);
        }
        if text_at(column, "type").is_empty() {
            missing(column, "type", format!("{path}.type"), errors);
        }
        one_of(column, "type", TYPES, &path, errors);
        one_of(column, "format", FORMATS, &path, errors);
        match column.get("jsonPath").filter(|node| !text(*node).is_empty()) {
            // The server's older form spells it `JSONPath`.
            Some(node) => simple_path(node, &format!("{path}.JSONPath"), &[], errors),
            None => missing(column, "jsonPath", format!("{path}.JSONPath"), errors),
        }
    }
}

fn missing<'t>(parent: Node<'t>, field: &str, path: String, errors: &mut Errors<'t>) {
    errors.error_at_path(ErrorType::Required, Place::field(parent, field), path, format!("`{field}` is required"));
}

fn one_of<'t>(column: Node<'t>, field: &str, allowed: &[&str], path: &str, errors: &mut Errors<'t>) {
    let unknown = |node: &Node<'t>| !text(*node).is_empty() && !allowed.contains(&text(*node));
    if let Some(node) = column.get(field).filter(unknown) {
        let message = format!("{}: must be one of {}", show(node), allowed.join(", "));
        errors.error_at_path(ErrorType::Invalid, node, format!("{path}.{field}"), message);
    }
}

/// Validates subresources.
pub(super) fn subresources<'t>(part: &Checked<'t>, errors: &mut Errors<'t>) {
    let Some(scale) = part.node.get("scale") else { return };
    let required: &[(&str, &[&str])] = &[("specReplicasPath", &[".spec."]), ("statusReplicasPath", &[".status."])];
    for (field, under) in required {
        let path = format!("{}.scale.{field}", part.path);
        match scale.get(field).filter(|node| !text(*node).is_empty()) {
            Some(node) => simple_path(node, &path, under, errors),
            None => missing(scale, field, path, errors),
        }
    }
    if let Some(node) = scale.get("labelSelectorPath").filter(|node| !text(*node).is_empty()) {
        simple_path(node, &format!("{}.scale.labelSelectorPath", part.path), &[".spec.", ".status."], errors);
    }
}

/// A path of names behind dots, under one of some prefixes (any, if there are none).
fn simple_path<'t>(node: Node<'t>, path: &str, under: &[&str], errors: &mut Errors<'t>) {
    let value = text(node);
    let why = if !value.starts_with('.') {
        "must be a simple path that begins with `.`".to_owned()
    } else if !under.is_empty() && !under.iter().any(|prefix| value.starts_with(prefix)) {
        format!("must be below `{}`", under.join("` or `").replace(".`", "`").trim_end_matches('.'))
    } else {
        return;
    };
    errors.error_at_path(ErrorType::Invalid, node, path, format!("{}: {why}", quote(value)));
}
