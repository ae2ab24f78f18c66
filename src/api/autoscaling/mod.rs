//! Validation of the API group `autoscaling`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod autoscaler;
mod behavior;
mod metrics;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.gvk.kind == "HorizontalPodAutoscaler" {
        autoscaler::autoscaler(object, errors);
    }
}
