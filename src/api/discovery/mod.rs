//! Validation of the API group `discovery.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod endpoint_slice;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.gvk.kind == "EndpointSlice" {
        endpoint_slice::endpoint_slice(object, errors);
    }
}
