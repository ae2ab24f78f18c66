//! Validation of the API group `flowcontrol.apiserver.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/flowcontrol/validation/validation.go`.

mod fixed;
mod flow_schema;
mod policy_rules;
mod priority_level;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "FlowSchema" => flow_schema::validate(object, errors),
        "PriorityLevelConfiguration" => priority_level::validate(object, errors),
        _ => {}
    }
}
