//! Validation of the API group `coordination.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod lease_candidate;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.gvk.kind == "LeaseCandidate" {
        lease_candidate::lease_candidate(object, errors);
    }
}
