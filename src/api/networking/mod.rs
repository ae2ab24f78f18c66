//! Validation of the API group `networking.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod ingress;
mod ingress_class;
mod network_policy;
mod service_cidr;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "Ingress" => ingress::ingress(object, report),
        "IngressClass" => ingress_class::ingress_class(object, report),
        "NetworkPolicy" => network_policy::network_policy(object, report),
        "ServiceCIDR" => service_cidr::service_cidr(object, report),
        _ => {}
    }
}
