//! Validation of the API group `certificates.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod der;
mod pem;
mod request;
pub mod signer;
mod trust_bundle;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "CertificateSigningRequest" => request::request(object, errors),
        "ClusterTrustBundle" => trust_bundle::trust_bundle(object, errors),
        _ => {}
    }
}
