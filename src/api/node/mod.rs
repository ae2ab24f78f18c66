//! Validation of the API group `node.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/node/validation/validation.go`.

use std::collections::HashSet;

use crate::api::check::{labels, text_at};
use crate::api::core::pod::scheduling;
use crate::api::core::resource_name::{container_resource_name, is_integer_resource};
use crate::api::errors::{quote, show};
use crate::api::{ErrorType, Errors};
use crate::object::{Object, Quantity};
use crate::yaml::{Entry, Node, Place};

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    // `v1alpha1`, written otherwise, is served no more.
    if object.gvk.kind == "RuntimeClass" && object.gvk.version != "v1alpha1" {
        runtime_class(object.root, errors);
    }
}

/// ValidateRuntimeClass.
fn runtime_class<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    for entry in root.at(&["overhead", "podFixed"]).into_iter().flat_map(Node::entries) {
        overhead(entry, errors);
    }
    let Some(scheduling) = root.get("scheduling") else { return };
    labels::labels_at(scheduling, "nodeSelector", errors);
    let tolerations = || scheduling.get("tolerations").into_iter().flat_map(Node::items);
    for toleration in tolerations() {
        scheduling::toleration(toleration, errors);
    }
    unique(tolerations(), errors);
}

/// validateOverhead, which checks the overhead as the limits of a container: so the server says `overhead.limits`.
fn overhead<'t>(entry: Entry<'t>, errors: &mut Errors<'t>) {
    let path = format!("overhead.limits[{}]", entry.name);
    let mut refuse = |place: Place<'t>, message: String| {
        errors.error_at_path(ErrorType::Invalid, place, path.clone(), message);
    };
    if let Err(why) = container_resource_name(entry.name) {
        refuse(Place::key(entry), format!("{}: {why}", quote(entry.name)));
    }
    let Some(amount) = Quantity::of(entry.value) else { return };
    if amount.is_negative() {
        refuse(Place::Value(entry.value), format!("{}: must not be negative", show(entry.value)));
    }
    if is_integer_resource(entry.name) && !amount.is_whole() {
        refuse(Place::Value(entry.value), format!("{}: must be a whole number", show(entry.value)));
    }
}

/// Tolerations must differ in key, operator, value or effect.
fn unique<'t>(tolerations: impl Iterator<Item = Node<'t>>, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for toleration in tolerations {
        let key = ["key", "operator", "value", "effect"].map(|field| text_at(toleration, field));
        if !seen.insert(key) {
            errors.error(ErrorType::Duplicate, toleration, "this toleration is listed twice");
        }
    }
}
