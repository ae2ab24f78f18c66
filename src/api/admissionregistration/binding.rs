//! ValidatingAdmissionPolicyBinding and MutatingAdmissionPolicyBinding.
//!
//! In: an object. Out: violations. Mirrors `validateValidatingAdmissionPolicyBindingSpec`,
//! `validateMutatingAdmissionPolicyBindingSpec`, `validateParamRef` and `validateValidationActions`.

use super::rules;
use crate::api::check::{labels, text};
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// Judges a binding of a policy that validates.
pub(super) fn validating<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let Some(spec) = root.get("spec") else {
        for field in ["spec.policyName", "spec.validationActions"] {
            report.error(ErrorType::Required, Place::missing(root, field), "`spec` is required");
        }
        return;
    };
    common(spec, report);
    actions(spec, report);
}

/// Judges a binding of a policy that mutates.
pub(super) fn mutating<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let Some(spec) = root.get("spec") else {
        report.error(ErrorType::Required, Place::missing(root, "spec.policyName"), "`spec` is required");
        return;
    };
    common(spec, report);
    if let Some(node) = spec.get("matchResources") {
        rules::mutable(node, "spec.matchResources", report);
    }
}

fn common<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    if let Some(node) = spec.get("paramRef") {
        param_ref(node, report);
    }
    if let Some(node) = spec.get("matchResources") {
        rules::match_resources(node, report);
    }
}

/// validateParamRef.
fn param_ref<'t>(node: Node<'t>, report: &mut Report<'t>) {
    let name = node.get("name").filter(|name| !text(*name).is_empty());
    let selector = node.get("selector");
    if let Some(selector) = selector {
        labels::selector(selector, report);
    }
    match (name, selector) {
        (Some(name), Some(selector)) => {
            report.forbidden(name, "`name` and `selector` exclude each other");
            report.forbidden(selector, "`name` and `selector` exclude each other");
        }
        (None, None) => {
            report.error(ErrorType::Required, node, "`name` or `selector` is required");
        }
        _ => {}
    }
}

/// validateValidationActions.
fn actions<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    let Some(list) = spec.get("validationActions") else { return };
    let has = |action: &str| list.items().any(|node| text(node) == action);
    if has("Deny") && has("Warn") {
        report.error(ErrorType::Invalid, list, "`Deny` and `Warn` must not stand together");
    }
}
