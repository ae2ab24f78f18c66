//! Validation of the API group `networking.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod ingress;
mod ingress_class;
mod network_policy;
mod service_cidr;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "Ingress" => ingress::ingress(object, errors),
        "IngressClass" => ingress_class::ingress_class(object, errors),
        "NetworkPolicy" => network_policy::network_policy(object, errors),
        "ServiceCIDR" => service_cidr::service_cidr(object, errors),
        _ => {}
    }
}
