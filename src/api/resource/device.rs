//! One device of a slice.
//!
//! In: a device. Out: violations. Mirrors `validateDevice` and `validateDeviceCounterConsumption`.

use super::{attribute, binding, capacity, list, naming, slice, taint};
use crate::api::check::{self, names, text_at};
use crate::api::core::node_selector::node_selector;
use crate::api::errors::quote;
use crate::api::field::Field;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Entry, Node, Place};

/// Most attributes and capacities of a device together.
const MOST_ATTRIBUTES: usize = 32;

/// Most taints of a device.
const MOST_TAINTS: usize = 16;

/// Most sets of counters that a device takes from.
const MOST_CONSUMPTIONS: usize = 2;

/// Where the fields of a device are: `v1beta1` has them under `basic`.
pub(super) fn body(device: Node<'_>, old: bool) -> Node<'_> {
    if old { device.get("basic").unwrap_or(device) } else { device }
}

/// Validates a device.
pub(super) fn validate<'t>(device: Node<'t>, old: bool, per_device: bool, errors: &mut Errors<'t>) {
    naming::field(device, "name", names::dns_label, errors);
    if old && device.get("basic").is_none() {
        errors.required(device, "basic");
        return;
    }
    let body = body(device, old);
    attributes(device, body, errors);
    if !errors.since(36) {
        return;
    }
    for one in list::bounded(body, "taints", MOST_TAINTS, errors) {
        taint::taint(one, errors);
    }
    let consumptions = list::bounded(body, "consumesCounters", MOST_CONSUMPTIONS, errors);
    for &one in &consumptions {
        check::required_text(one, "counterSet", names::dns_label, errors);
        slice::counters(one, errors);
    }
    list::unique(&consumptions, |one| text_at(one, "counterSet"), errors);
    nodes(body, per_device, errors);
    binding::conditions(body, errors);
}

fn attributes<'t>(device: Node<'t>, body: Node<'t>, errors: &mut Errors<'t>) {
    let entries = |field: &str| body.get(field).into_iter().flat_map(Node::entries);
    let count = entries("attributes").count() + entries("capacity").count();
    if count > MOST_ATTRIBUTES {
        let message = format!("{count} attributes and capacities: at most {MOST_ATTRIBUTES} are allowed");
        errors.error(ErrorType::Invalid, device, message);
    }
    for entry in entries("attributes") {
        key(entry, errors);
        attribute::validate(entry, errors);
    }
    let multiple = body.get("allowMultipleAllocations").and_then(Node::as_bool).unwrap_or(false);
    for entry in entries("capacity") {
        key(entry, errors);
        if errors.since(36) {
            capacity::validate(entry, multiple, errors);
        }
    }
}

/// The server reports bad keys at the map.
fn key<'t>(entry: Entry<'t>, errors: &mut Errors<'t>) {
    if let Err((kind, why)) = naming::qualified(entry.name) {
        let path = entry.value.parent().map_or_else(String::new, |map| Place::Value(map).path(errors.root));
        errors.error_at_path(kind, Place::key(entry), path, format!("{}: {why}", quote(entry.name)));
    }
}

/// Where the device is, if the slice leaves that to its devices.
fn nodes<'t>(body: Node<'t>, per_device: bool, errors: &mut Errors<'t>) {
    let any = ["nodeName", "nodeSelector", "allNodes"].iter().any(|field| body.get(field).is_some());
    if !per_device {
        if any {
            let message = "`nodeName`, `nodeSelector` and `allNodes` need `perDeviceNodeSelection` in the slice";
            errors.error(ErrorType::Invalid, body, message);
        }
        return;
    }
    let mut ways = usize::from(slice::node_name(body, errors));
    if let Some(selector) = body.get("nodeSelector") {
        ways += 1;
        node_selector(Field::of(selector), errors);
    }
    ways += usize::from(slice::set_true(body, "allNodes", errors));
    let kind = match ways {
        0 => ErrorType::Required,
        1 => return,
        _ => ErrorType::Invalid,
    };
    errors.error(kind, body, "exactly one of `nodeName`, `nodeSelector` and `allNodes` is required for each device");
}
