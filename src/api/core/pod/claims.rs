//! Claims on devices and other resources.
//!
//! In: a pod. Out: findings on `resourceClaims` (dropped before 1.34, DynamicResourceAllocation). Mirrors
//! `validatePodResourceClaims`.

use super::Pod;
use super::fields::{duplicate, items, path_of};
use super::volumes_files::exactly_one;
use crate::api::check::{names, required_text, text_at, valid};
use crate::api::errors::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Marks the copy of a static pod that its kubelet keeps on the server.
pub const MIRROR: &str = "kubernetes.io/config.mirror";

/// Checks the claims and fills in their names.
pub fn check<'t>(pod: &mut Pod<'t>, errors: &mut Errors<'t>) {
    if !errors.since(34) {
        return;
    }
    for claim in items(pod.spec, "resourceClaims") {
        let name = text_at(claim, "name");
        if pod.is_pod && pod.annotation(MIRROR).is_some() {
            static_pod(claim, errors);
        } else if pod.claims.contains(name) {
            duplicate(claim, "name", errors);
            source(claim, errors);
        } else {
            required_text(claim, "name", names::dns_label, errors);
            source(claim, errors);
        }
        if !name.is_empty() {
            pod.claims.insert(name);
        }
    }
}

/// The server reports this one without a path.
fn static_pod<'t>(claim: Node<'t>, errors: &mut Errors<'t>) {
    let message = "a static pod cannot have resource claims";
    errors.error_at_path(ErrorType::Forbidden, Place::Value(claim), String::new(), message);
}

fn source<'t>(claim: Node<'t>, errors: &mut Errors<'t>) {
    let fields = ["resourceClaimName", "resourceClaimTemplateName"];
    let at = path_of(claim, errors);
    exactly_one(claim, fields, &at, ErrorType::Invalid, errors);
    for name in fields.into_iter().filter_map(|field| claim.get(field)) {
        valid(name, names::dns_subdomain, errors);
    }
}
