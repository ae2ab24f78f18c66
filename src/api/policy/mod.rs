//! Validation of the API group `policy`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod disruption_budget;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.gvk.kind == "PodDisruptionBudget" {
        disruption_budget::disruption_budget(object, errors);
    }
}
