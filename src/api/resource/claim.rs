//! What a claim asks for.
//!
//! In: the spec of a claim, its own or a template's. Out: violations. Mirrors `validateDeviceClaim`,
//! `validateDeviceConstraint`, `validateDeviceClaimConfiguration` and `validateRequestNameRef`.

use super::{config, list, naming, request};
use crate::api::check::{names, text, text_at};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Most requests, constraints and configurations of a claim, and most requests that one of them names.
const MOST: usize = 32;

/// Validates the spec of a claim.
pub(super) fn spec<'t>(spec: Option<Node<'t>>, old: bool, errors: &mut Errors<'t>) {
    let Some(devices) = spec.and_then(|spec| spec.get("devices")) else { return };
    let requests = list::bounded(devices, "requests", MOST, errors);
    for &one in &requests {
        request::validate(one, old, errors);
    }
    list::unique(&requests, |one| text_at(one, "name"), errors);
    let known = Known { requests: devices.get("requests") };
    for constraint in list::bounded(devices, "constraints", MOST, errors) {
        known.references(constraint, errors);
        attribute(constraint, errors);
    }
    for one in list::bounded(devices, "config", MOST, errors) {
        known.references(one, errors);
        config::validate(one, errors);
    }
}

/// The names of the requests, and of the alternatives in them.
struct Known<'t> {
    requests: Option<Node<'t>>,
}

impl<'t> Known<'t> {
    fn request(&self, name: &str) -> Option<Node<'t>> {
        // A later request of the same name overrules.
        self.requests.into_iter().flat_map(Node::items).rev().find(|request| text_at(*request, "name") == name)
    }

    fn has(&self, name: &str) -> bool {
        match name.split_once('/') {
            None => self.request(name).is_some(),
            Some((request, alternative)) => {
                let alternatives = self.request(request).and_then(|request| request.get("firstAvailable"));
                alternatives.into_iter().flat_map(Node::items).any(|sub| text_at(sub, "name") == alternative)
            }
        }
    }

    /// The `requests` that a constraint or a configuration is about.
    fn references(&self, parent: Node<'t>, errors: &mut Errors<'t>) {
        let items = list::bounded(parent, "requests", MOST, errors);
        for &node in &items {
            let name = text(node);
            let wrong = name.split('/').find_map(|part| names::dns_label(part).err());
            if let Some(why) = wrong.filter(|_| name.matches('/').count() < 2) {
                errors.invalid(node, why);
            } else if !self.has(name) {
                let message = format!("{} is neither a request of this claim nor `request/alternative`", quote(name));
                errors.error(ErrorType::Invalid, node, message);
            }
        }
        list::unique(&items, text, errors);
    }
}

/// The attribute that a constraint compares; `distinctAttribute` counts since 1.36 (DRAConsumableCapacity).
fn attribute<'t>(constraint: Node<'t>, errors: &mut Errors<'t>) {
    let distinct = constraint.get("distinctAttribute").filter(|_| errors.since(36));
    if let Some(node) = constraint.get("matchAttribute").or(distinct) {
        naming::fully_qualified(node, errors);
    } else if errors.since(36) {
        errors.error(ErrorType::Required, constraint, "`matchAttribute` or `distinctAttribute` is required");
    } else {
        errors.error(ErrorType::Required, Place::field(constraint, "matchAttribute"), "`matchAttribute` is required");
    }
}
