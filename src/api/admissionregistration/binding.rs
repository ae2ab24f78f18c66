//! ValidatingAdmissionPolicyBinding and MutatingAdmissionPolicyBinding.
//!
//! In: an object. Out: violations. Mirrors `validateValidatingAdmissionPolicyBindingSpec`,
//! `validateMutatingAdmissionPolicyBindingSpec`, `validateParamRef` and `validateValidationActions`.

use super::rules;
use crate::api::check::{labels, text};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Validates a binding of a policy that validates.
pub(super) fn validating<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else {
        for field in ["spec.policyName", "spec.validationActions"] {
            errors.error(ErrorType::Required, Place::missing(root, field), "`spec` is required");
        }
        return;
    };
    common(spec, errors);
    actions(spec, errors);
}

/// Validates a binding of a policy that mutates.
pub(super) fn mutating<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else {
        errors.error(ErrorType::Required, Place::missing(root, "spec.policyName"), "`spec` is required");
        return;
    };
    common(spec, errors);
    if let Some(node) = spec.get("matchResources") {
        rules::mutable(node, "spec.matchResources", errors);
    }
}

fn common<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(node) = spec.get("paramRef") {
        param_ref(node, errors);
    }
    if let Some(node) = spec.get("matchResources") {
        rules::match_resources(node, errors);
    }
}

/// validateParamRef.
fn param_ref<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let name = node.get("name").filter(|name| !text(*name).is_empty());
    let selector = node.get("selector");
    if let Some(selector) = selector {
        labels::selector(selector, errors);
    }
    match (name, selector) {
        (Some(name), Some(selector)) => {
            errors.forbidden(name, "`name` and `selector` are mutually exclusive");
            errors.forbidden(selector, "`name` and `selector` are mutually exclusive");
        }
        (None, None) => {
            errors.error(ErrorType::Required, node, "`name` or `selector` is required");
        }
        _ => {}
    }
}

/// validateValidationActions.
fn actions<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(list) = spec.get("validationActions") else { return };
    let has = |action: &str| list.items().any(|node| text(node) == action);
    if has("Deny") && has("Warn") {
        errors.error(ErrorType::Invalid, list, "`Deny` and `Warn` cannot be combined");
    }
}
