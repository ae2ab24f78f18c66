//! One request of a claim.
//!
//! In: a request. Out: violations. Mirrors `validateDeviceRequest`, `validateExactDeviceRequest`,
//! `validateDeviceSubRequest` and `validateDeviceAllocationMode`, with the defaults of `SetDefaults_ExactDeviceRequest`.

use super::{list, naming, selector, taint};
use crate::api::check::{self, names, number, text_at};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Most alternatives of a request.
const MOST_ALTERNATIVES: usize = 8;

/// The fields that a request of `v1beta1` has itself instead of under `exactly`.
const OLD_FIELDS: &[&str] =
    &["deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity"];

/// Validates a request.
pub(super) fn validate<'t>(request: Node<'t>, old: bool, errors: &mut Errors<'t>) {
    naming::field(request, "name", names::dns_label, errors);
    let exactly = if old {
        Some(request).filter(|request| OLD_FIELDS.iter().any(|field| request.get(field).is_some()))
    } else {
        request.get("exactly")
    };
    // `firstAvailable` counts since 1.34 (DRAPrioritizedList).
    let alternatives = !check::is_empty_at(request, "firstAvailable") && errors.since(34);
    match (exactly, alternatives) {
        (Some(exactly), false) => asked(exactly, errors),
        (None, true) => first_available(request, errors),
        (None, false) => {
            errors.error(ErrorType::Required, request, "`exactly` or `firstAvailable` is required");
        }
        (Some(_), true) => {
            errors.error(ErrorType::Invalid, request, "`exactly` and `firstAvailable` are mutually exclusive");
        }
    }
}

fn first_available<'t>(request: Node<'t>, errors: &mut Errors<'t>) {
    let alternatives = list::bounded(request, "firstAvailable", MOST_ALTERNATIVES, errors);
    for &alternative in &alternatives {
        naming::field(alternative, "name", names::dns_label, errors);
        asked(alternative, errors);
    }
    list::unique(&alternatives, |one| text_at(one, "name"), errors);
}

/// What a request and an alternative have in common.
fn asked<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    check::required_text(node, "deviceClassName", names::dns_subdomain, errors);
    selector::list(node, errors);
    mode(node, errors);
    // Tolerations count since 1.36 (DRADeviceTaints).
    for toleration in node.get("tolerations").filter(|_| errors.since(36)).into_iter().flat_map(Node::items) {
        taint::toleration(toleration, errors);
    }
}

fn mode<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    check::one_of_if_set(node, "allocationMode", &["All", "ExactCount"], errors);
    let Some(count) = number::int_at(node, "count").filter(|count| *count != 0) else { return };
    match text_at(node, "allocationMode") {
        "All" => {
            let message = "`count` must not be set where `allocationMode` is `All`";
            errors.error(ErrorType::Invalid, Place::field(node, "count"), message);
        }
        "" | "ExactCount" if count < 0 => {
            errors.error(ErrorType::Invalid, Place::field(node, "count"), "`count` must be greater than zero");
        }
        _ => {}
    }
}
