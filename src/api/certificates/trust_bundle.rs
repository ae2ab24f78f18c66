//! ClusterTrustBundle.
//!
//! In: a decoded bundle. Out: findings. Mirrors `ValidateClusterTrustBundle` of `pkg/apis/certificates/validation`.

use std::collections::HashSet;

use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Object;

use super::signer::signer_name;
use super::{der, pem};

/// `certificates.MaxTrustBundleSize`, in bytes.
const MAX_SIZE: usize = 1024 * 1024;

/// `ValidateClusterTrustBundle`: certificates of authorities, each once.
pub fn trust_bundle<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    spec.child("signerName").check_if_set(errors, signer_name);
    let bundle = spec.child("trustBundle");
    if bundle.text().len() > MAX_SIZE {
        return bundle.too_long(errors, MAX_SIZE);
    }
    let blocks = pem::blocks(bundle.text().as_bytes());
    if blocks.is_empty() {
        bundle.wrong(errors, "must hold at least one certificate");
    }
    let mut seen = HashSet::new();
    for (index, block) in blocks.iter().enumerate() {
        let twice = !seen.insert(&block.bytes);
        if let Some(why) = problem(block).or(twice.then_some("is listed twice")) {
            bundle.wrong(errors, &format!("certificate {} {why}", index + 1));
        }
    }
}

fn problem(block: &pem::Block) -> Option<&'static str> {
    if block.label != "CERTIFICATE" {
        return Some("is a PEM block of another type than CERTIFICATE");
    }
    if block.has_headers {
        return Some("has headers in its PEM block");
    }
    match der::is_authority(&block.bytes) {
        None => Some("is not an X.509 certificate"),
        Some(false) => Some("is not a CA certificate"),
        Some(true) => None,
    }
}
