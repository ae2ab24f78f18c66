//! What keeps an object and what it belongs to.
//!
//! In: `metadata`. Out: violations in `ownerReferences` and `finalizers` (ValidateOwnerReferences, ValidateFinalizers,
//! validateKubeFinalizerName).

use std::collections::HashSet;

use crate::api::check::{names, text, text_at, valid};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// The fields of an owner reference.
const FIELDS: [&str; 6] = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];

/// ValidateOwnerReferences. The server names `metadata.ownerReferences.FIELD`, without the item's index.
pub fn references<'t>(meta: Node<'t>, errors: &mut Errors<'t>) {
    let mut controllers = 0;
    let mut seen = HashSet::new();
    for owner in meta.get("ownerReferences").into_iter().flat_map(Node::items) {
        // The server drops references that stand there twice, with a warning (dedupOwnerReferencesAndAddWarning).
        let fields = FIELDS.map(|field| owner.get(field).map(|node| format!("{:?}", node.kind())));
        if !seen.insert(fields) {
            continue;
        }
        reference(owner, errors);
        if owner.get("controller").and_then(Node::as_bool) == Some(true) {
            controllers += 1;
            if controllers > 1 {
                at_list(owner, "", Place::field(owner, "controller"), "only one owner can be the controller", errors);
            }
        }
    }
}

fn reference<'t>(owner: Node<'t>, errors: &mut Errors<'t>) {
    let api_version = text_at(owner, "apiVersion");
    if version(api_version).is_empty() {
        let why = if api_version.is_empty() { "must not be empty" } else { "must be `version` or `group/version`" };
        at_list(owner, "apiVersion", Place::field(owner, "apiVersion"), why, errors);
    }
    for field in ["kind", "name", "uid"] {
        if text_at(owner, field).is_empty() {
            at_list(owner, field, Place::field(owner, field), "must not be empty", errors);
        }
    }
    if api_version == "v1" && text_at(owner, "kind") == "Event" {
        at_list(owner, "", Place::field(owner, "kind"), "an Event cannot be an owner", errors);
    }
}

/// The version in an apiVersion; empty where it is malformed (schema.FromAPIVersionAndKind).
fn version(api_version: &str) -> &str {
    match api_version.split_once('/') {
        Some((_, version)) if version.contains('/') => "",
        Some((_, version)) => version,
        None => api_version,
    }
}

fn at_list<'t>(owner: Node<'t>, field: &str, place: Place<'t>, why: &str, errors: &mut Errors<'t>) {
    let mut path = owner.parent().map_or_else(String::new, |list| list.path_from(Some(errors.root)));
    if !field.is_empty() {
        path.push('.');
        path.push_str(field);
    }
    let message = if field.is_empty() { why.to_owned() } else { format!("`{field}` of an owner {why}") };
    errors.error_at_path(ErrorType::Invalid, place, path, message);
}

/// ValidateFinalizers, and for the kinds of Kubernetes itself validateKubeFinalizerName.
pub fn finalizers<'t>(meta: Node<'t>, standard_only: bool, errors: &mut Errors<'t>) {
    let Some(list) = meta.get("finalizers") else { return };
    let path = list.path_from(Some(errors.root));
    for item in list.items() {
        if let Err(why) = names::qualified(text(item)) {
            let message = format!("{}: {why}", quote(text(item)));
            errors.error_at_path(ErrorType::Invalid, item, path.clone(), message);
        }
        if standard_only {
            valid(item, standard, errors);
        }
    }
    let has = |name: &str| list.items().any(|item| text(item) == name);
    if has("orphan") && has("foregroundDeletion") {
        let message = "`orphan` and `foregroundDeletion` are mutually exclusive";
        errors.error(ErrorType::Invalid, list, message);
    }
}

fn standard(name: &str) -> Result<(), &'static str> {
    let known = name.contains('/') || matches!(name, "kubernetes" | "orphan" | "foregroundDeletion");
    if known { Ok(()) } else { Err("must be a standard finalizer or have a domain, as in `example.com/name`") }
}
