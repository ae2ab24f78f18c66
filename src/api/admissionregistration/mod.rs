//! Validation of the API group `admissionregistration.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/admissionregistration/validation/validation.go`.

mod binding;
mod conditions;
mod environment;
mod mutating;
mod policy;
mod rules;
mod webhook;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "ValidatingWebhookConfiguration" => webhook::configuration(object.root, false, report),
        "MutatingWebhookConfiguration" => webhook::configuration(object.root, true, report),
        "ValidatingAdmissionPolicy" => policy::validate(object, report),
        "MutatingAdmissionPolicy" => mutating::validate(object.root, report),
        "ValidatingAdmissionPolicyBinding" => binding::validating(object.root, report),
        "MutatingAdmissionPolicyBinding" => binding::mutating(object.root, report),
        _ => {}
    }
}
