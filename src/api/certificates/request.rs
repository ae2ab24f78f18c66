//! CertificateSigningRequest.
//!
//! In: a decoded request. Out: findings. Mirrors `validateCertificateSigningRequest` of `pkg/apis/certificates/validation`
//! and the admission plugin CertificateSubjectRestriction. The status was cleared before.

use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::go::base64;
use crate::object::Object;

use super::signer::signer_name;
use super::{der, pem};

/// `ValidateCertificateSigningRequestCreate`.
pub fn request<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    let signer = spec.child("signerName");
    encoded_request(spec.child("request"), signer.text(), errors);
    if signer.text() == "kubernetes.io/legacy-unknown" {
        signer.invalid(errors, "this API version does not support the legacy signer");
    } else {
        signer.check_if_set(errors, signer_name);
    }
}

/// `validateCSR`: one PEM block with a PKCS #10 request in it.
fn encoded_request<'t>(request: Field<'t>, signer: &str, errors: &mut Errors<'t>) {
    let bytes = base64::decode(request.text()).unwrap_or_default();
    let block = pem::blocks(&bytes).into_iter().next().filter(|block| block.label == "CERTIFICATE REQUEST");
    let Some(block) = block else {
        return request.wrong(errors, "must be base64 of a PEM block of type CERTIFICATE REQUEST");
    };
    let Some(organizations) = der::request_organizations(&block.bytes) else {
        return request.wrong(errors, "its PEM block is not a certificate request (PKCS #10)");
    };
    let client = signer == "kubernetes.io/kube-apiserver-client";
    if client && organizations.iter().any(|name| name == "system:masters") {
        request.wrong(errors, "this signer does not sign requests for the group system:masters");
    }
}
