//! CertificateSigningRequest.
//!
//! In: a decoded request. Out: findings. Mirrors `validateCertificateSigningRequest` of `pkg/apis/certificates/validation`
//! and the admission plugin CertificateSubjectRestriction. The status was cleared before.

use crate::api::check::base64;
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

use super::signer::signer_name;
use super::{der, pem};

/// What a key may be used for.
const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];

/// `ValidateCertificateSigningRequestCreate`.
pub fn request<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let spec = Field::of(object.root).child("spec");
    let signer = spec.child("signerName");
    encoded_request(spec.child("request"), signer.text(), report);
    usages(spec.child("usages"), report);
    if signer.text() == "kubernetes.io/legacy-unknown" {
        signer.invalid(report, "this version of the API does not know the old signer");
    } else {
        signer.check_required(report, signer_name);
    }
    if spec.child("expirationSeconds").int().is_some_and(|seconds| seconds < 600) {
        spec.child("expirationSeconds").invalid(report, "must be at least 600 seconds");
    }
}

/// `validateCSR`: one PEM block with a PKCS #10 request in it.
fn encoded_request<'t>(request: Field<'t>, signer: &str, report: &mut Report<'t>) {
    let bytes = base64::decode(request.text()).unwrap_or_default();
    let block = pem::blocks(&bytes).into_iter().next().filter(|block| block.label == "CERTIFICATE REQUEST");
    let Some(block) = block else {
        return request.wrong(report, "must be base64 of a PEM block of type CERTIFICATE REQUEST");
    };
    let Some(organizations) = der::request_organizations(&block.bytes) else {
        return request.wrong(report, "its PEM block holds no certificate request (PKCS #10)");
    };
    let client = signer == "kubernetes.io/kube-apiserver-client";
    if client && organizations.iter().any(|name| name == "system:masters") {
        request.wrong(report, "this signer signs no request for the group system:masters");
    }
}

fn usages<'t>(usages: Field<'t>, report: &mut Report<'t>) {
    if usages.is_empty() {
        usages.required(report, "say what the key will be used for");
    }
    let mut seen = Vec::new();
    for usage in usages.items() {
        usage.one_of(report, &USAGES);
        if seen.contains(&usage.text()) {
            usage.duplicate(report);
        }
        seen.push(usage.text());
    }
}
