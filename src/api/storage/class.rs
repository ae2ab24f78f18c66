//! StorageClass and VolumeAttributesClass.
//!
//! In: an object. Out: violations. Mirrors `ValidateStorageClass`, `ValidateVolumeAttributesClass` and what they call.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::check::{self, labels, names, text, text_at};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Most parameters of a class.
const MOST_PARAMETERS: usize = 512;

/// Most bytes of all parameters together.
const PARAMETERS_LIMIT: usize = 256 * 1024;

/// ValidateStorageClass, with the defaults of `SetDefaults_StorageClass` filled in.
pub(super) fn storage<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    provisioner(root, "provisioner", errors);
    parameters(root, errors);
    topologies(root, errors);
}

/// ValidateVolumeAttributesClass.
pub(super) fn volume_attributes<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    provisioner(root, "driverName", errors);
    if check::is_empty_at(root, "parameters") {
        let message = "`parameters` must hold at least one parameter";
        errors.error(ErrorType::Required, Place::field(root, "parameters"), message);
    }
    parameters(root, errors);
}

/// validateProvisioner.
fn provisioner<'t>(root: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    check::required_text(root, field, |name| names::qualified(&name.to_lowercase()), errors);
}

/// validateParameters.
fn parameters<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(map) = root.get("parameters") else { return };
    let entries = map.entries();
    if entries.clone().count() > MOST_PARAMETERS {
        errors.error(ErrorType::TooLong, map, format!("at most {MOST_PARAMETERS} parameters are allowed"));
        return;
    }
    let path = Place::Value(map).path(errors.root);
    for entry in entries.clone().filter(|entry| entry.name.is_empty()) {
        let message = "the name of a parameter must not be empty";
        errors.error_at_path(ErrorType::Invalid, Place::key(entry), path.clone(), message);
    }
    let size: usize = entries.map(|entry| entry.name.len() + text(entry.value).len()).sum();
    if size > PARAMETERS_LIMIT {
        let message = format!("parameters have {size} bytes together: at most {PARAMETERS_LIMIT} are allowed");
        errors.error(ErrorType::TooLong, map, message);
    }
}

type Term<'t> = BTreeMap<&'t str, BTreeSet<&'t str>>;

/// validateAllowedTopologies: no two terms may say the same. The server compares with blank terms too, so an empty term
/// counts as a duplicate.
fn topologies<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let mut seen = BTreeSet::from([Term::new()]);
    for term in root.get("allowedTopologies").into_iter().flat_map(Node::items) {
        let meaning = topology_term(term, errors);
        let is_empty = meaning.is_empty();
        if !seen.insert(meaning) {
            let place = Place::field(term, "matchLabelExpressions");
            let message = if is_empty { "a topology must not be empty" } else { "a topology is listed twice" };
            errors.error(ErrorType::Duplicate, place, message);
        }
    }
}

/// ValidateTopologySelectorTerm.
fn topology_term<'t>(term: Node<'t>, errors: &mut Errors<'t>) -> Term<'t> {
    let mut meaning = Term::new();
    for requirement in term.get("matchLabelExpressions").into_iter().flat_map(Node::items) {
        let values = || requirement.get("values").into_iter().flat_map(Node::items);
        if check::is_empty_at(requirement, "values") {
            errors.required(requirement, "values");
        }
        check::unique(values(), errors);
        labels::key(requirement, "key", errors);
        let before = meaning.insert(text_at(requirement, "key"), values().map(text).collect());
        if before.is_some() {
            let message = "this key is set twice in one topology";
            errors.error(ErrorType::Duplicate, Place::field(requirement, "key"), message);
        }
    }
    meaning
}
