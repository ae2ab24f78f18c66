//! One request of a claim.
//!
//! In: a request. Out: violations. Mirrors `validateDeviceRequest`, `validateExactDeviceRequest`,
//! `validateDeviceSubRequest` and `validateDeviceAllocationMode`, with the defaults of `SetDefaults_ExactDeviceRequest`.

use super::{list, naming, selector, taint};
use crate::api::check::{self, names, number, text_at};
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// Most alternatives of a request.
const MOST_ALTERNATIVES: usize = 8;

/// The fields that a request of `v1beta1` has itself instead of under `exactly`.
const OLD_FIELDS: &[&str] =
    &["deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity"];

/// Judges a request.
pub(super) fn validate<'t>(request: Node<'t>, old: bool, report: &mut Report<'t>) {
    naming::field(request, "name", names::dns_label, report);
    let exactly = if old {
        Some(request).filter(|request| OLD_FIELDS.iter().any(|field| request.get(field).is_some()))
    } else {
        request.get("exactly")
    };
    // `firstAvailable` counts since 1.34 (DRAPrioritizedList).
    let alternatives = !check::is_empty_at(request, "firstAvailable") && report.since(34);
    match (exactly, alternatives) {
        (Some(exactly), false) => asked(exactly, report),
        (None, true) => first_available(request, report),
        (None, false) => {
            report.error(ErrorType::Required, request, "`exactly` or `firstAvailable` is required");
        }
        (Some(_), true) => {
            report.error(ErrorType::Invalid, request, "`exactly` and `firstAvailable` exclude each other");
        }
    }
}

fn first_available<'t>(request: Node<'t>, report: &mut Report<'t>) {
    let alternatives = list::bounded(request, "firstAvailable", MOST_ALTERNATIVES, report);
    for &alternative in &alternatives {
        naming::field(alternative, "name", names::dns_label, report);
        asked(alternative, report);
    }
    list::unique(&alternatives, |one| text_at(one, "name"), report);
}

/// What a request and an alternative have in common.
fn asked<'t>(node: Node<'t>, report: &mut Report<'t>) {
    check::required_text(node, "deviceClassName", names::dns_subdomain, report);
    selector::list(node, report);
    mode(node, report);
    // Tolerations count since 1.36 (DRADeviceTaints).
    for toleration in node.get("tolerations").filter(|_| report.since(36)).into_iter().flat_map(Node::items) {
        taint::toleration(toleration, report);
    }
}

fn mode<'t>(node: Node<'t>, report: &mut Report<'t>) {
    check::one_of_if_set(node, "allocationMode", &["All", "ExactCount"], report);
    let Some(count) = number::int_at(node, "count").filter(|count| *count != 0) else { return };
    match text_at(node, "allocationMode") {
        "All" => {
            let message = "`count` must not be set where `allocationMode` is `All`";
            report.error(ErrorType::Invalid, Place::field(node, "count"), message);
        }
        "" | "ExactCount" if count < 0 => {
            report.error(ErrorType::Invalid, Place::field(node, "count"), "`count` must be greater than zero");
        }
        _ => {}
    }
}
