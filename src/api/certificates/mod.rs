//! Validation of the API group `certificates.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod der;
mod pem;
mod request;
pub mod signer;
mod trust_bundle;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "CertificateSigningRequest" => request::request(object, report),
        "ClusterTrustBundle" => trust_bundle::trust_bundle(object, report),
        _ => {}
    }
}
