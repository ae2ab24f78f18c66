//! ResourceSlice.
//!
//! In: an object. Out: violations. Mirrors `validateResourceSliceSpec`, `validateResourcePool` and
//! `validateCounterSet`. Shared counters and nodes per device count since 1.36 (DRAPartitionableDevices).

use super::{device, list, naming};
use crate::api::check::{self, csi, names, number, text, text_at};
use crate::api::core::node_selector::node_selector;
use crate::api::field::Field;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Most devices of a slice, and of one with taints or counters.
const MOST_DEVICES: (usize, usize) = (128, 64);

/// Most sets of counters of a slice.
const MOST_COUNTER_SETS: usize = 8;

/// Most counters of a set.
pub(super) const MOST_COUNTERS: usize = 32;

/// Validates a slice.
pub(super) fn validate<'t>(root: Node<'t>, old: bool, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else {
        for field in ["spec.driver", "spec.pool.name", "spec"] {
            errors.error(ErrorType::Required, Place::missing(root, field), "`spec` is required");
        }
        return;
    };
    csi::driver_name(spec, "driver", errors);
    pool(spec, errors);
    let per_device = nodes(spec, errors);
    if spec.get("sharedCounters").is_some() && spec.get("devices").is_some() && errors.since(36) {
        errors.error(ErrorType::Invalid, spec, "`sharedCounters` and `devices` are mutually exclusive");
    }
    devices(spec, old, per_device, errors);
    if errors.since(36) {
        counter_sets(spec, errors);
    }
}

fn pool<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(pool) = spec.get("pool") else {
        for field in ["pool.name", "pool.resourceSliceCount"] {
            errors.error(ErrorType::Required, Place::missing(spec, field), "`pool` is required");
        }
        return;
    };
    naming::pool(pool, "name", errors);
    if number::int_at(pool, "resourceSliceCount").unwrap_or(0) <= 0 {
        let message = "`resourceSliceCount` must be greater than zero";
        errors.error(ErrorType::Invalid, Place::field(pool, "resourceSliceCount"), message);
    }
    number::non_negative(pool, "generation", errors);
}

/// Where the devices are: exactly one way of saying it. Gives whether each device says it for itself.
fn nodes<'t>(spec: Node<'t>, errors: &mut Errors<'t>) -> bool {
    let mut ways = usize::from(node_name(spec, errors));
    if let Some(selector) = spec.get("nodeSelector") {
        ways += 1;
        one_term(selector, errors);
    }
    ways += usize::from(set_true(spec, "allNodes", errors));
    let per_device = errors.since(36) && set_true(spec, "perDeviceNodeSelection", errors);
    ways += usize::from(per_device);
    let names = "`nodeName`, `nodeSelector`, `allNodes` and `perDeviceNodeSelection`";
    if ways == 0 {
        errors.error(ErrorType::Required, spec, format!("exactly one of {names} is required"));
    } else if ways > 1 {
        errors.error(ErrorType::Invalid, spec, format!("{names} are mutually exclusive"));
    }
    per_device
}

/// Validates `nodeName`, and gives whether it is set.
pub(super) fn node_name<'t>(parent: Node<'t>, errors: &mut Errors<'t>) -> bool {
    let Some(node) = parent.get("nodeName") else { return false };
    if text(node).is_empty() {
        errors.error(ErrorType::Invalid, node, "`nodeName` must not be empty: remove it");
        return false;
    }
    check::valid(node, names::dns_subdomain, errors);
    true
}

/// A flag that must be true or absent; gives whether it is true.
pub(super) fn set_true<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) -> bool {
    let Some(node) = parent.get(field) else { return false };
    let set = node.as_bool() == Some(true);
    if !set {
        errors.error(ErrorType::Invalid, node, format!("`{field}` must be true or absent"));
    }
    set
}

fn one_term<'t>(selector: Node<'t>, errors: &mut Errors<'t>) {
    node_selector(Field::of(selector), errors);
    let terms = selector.get("nodeSelectorTerms");
    if terms.is_some_and(|terms| terms.len() > 1) {
        let place = Place::field(selector, "nodeSelectorTerms");
        errors.error(ErrorType::Invalid, place, "exactly one term is allowed");
    }
}

fn devices<'t>(spec: Node<'t>, old: bool, per_device: bool, errors: &mut Errors<'t>) {
    let has = |one: Node<'t>, field: &str| !check::is_empty_at(device::body(one, old), field);
    let all = spec.get("devices").into_iter().flat_map(Node::items);
    let advanced = all.clone().any(|one| has(one, "taints") || has(one, "consumesCounters"));
    let most = if advanced && errors.since(36) { MOST_DEVICES.1 } else { MOST_DEVICES.0 };
    let items = list::bounded(spec, "devices", most, errors);
    for &one in &items {
        device::validate(one, old, per_device, errors);
    }
    list::unique(&items, |one| text_at(one, "name"), errors);
}

fn counter_sets<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let sets = list::bounded(spec, "sharedCounters", MOST_COUNTER_SETS, errors);
    for &set in &sets {
        check::required_text(set, "name", names::dns_label, errors);
        counters(set, errors);
    }
    list::unique(&sets, |set| text_at(set, "name"), errors);
}

/// A map of counters by name; the server reports bad names at the map.
pub(super) fn counters<'t>(parent: Node<'t>, errors: &mut Errors<'t>) {
    let Some(map) = parent.get("counters").filter(|map| !map.is_empty()) else {
        errors.required(parent, "counters");
        return;
    };
    let count = map.entries().count();
    if count > MOST_COUNTERS {
        errors.error(ErrorType::TooMany, map, format!("{count} counters: at most {MOST_COUNTERS} are allowed"));
        return;
    }
    let path = Place::Value(map).path(errors.root);
    for entry in map.entries() {
        if let Err(why) = names::dns_label(entry.name) {
            let message = format!("{}: {why}", crate::api::errors::quote(entry.name));
            errors.error_at_path(ErrorType::Invalid, Place::key(entry), path.clone(), message);
        }
    }
}
