//! Conditions that binding a device waits for.
//!
//! In: a device. Out: violations. Mirrors `validateDeviceBindingParameters`.

use super::list;
use crate::api::check::{self, names, text};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Most conditions of either kind.
const MOST: usize = 4;

const FIELDS: [&str; 2] = ["bindingConditions", "bindingFailureConditions"];

/// Validates both lists of conditions.
pub(super) fn conditions<'t>(device: Node<'t>, errors: &mut Errors<'t>) {
    for field in FIELDS {
        for node in list::bounded(device, field, MOST, errors) {
            check::valid(node, names::qualified, errors);
        }
        check::unique(items(device, field), errors);
    }
    for node in items(device, FIELDS[1]) {
        if items(device, FIELDS[0]).any(|other| text(other) == text(node)) {
            errors.invalid(node, "stands in `bindingConditions` as well");
        }
    }
    let (wanted, failures) = (items(device, FIELDS[0]).count(), items(device, FIELDS[1]).count());
    let missing = match (wanted, failures) {
        (0, 1..) => FIELDS[0],
        (1.., 0) => FIELDS[1],
        _ => return,
    };
    let message = "`bindingConditions` and `bindingFailureConditions` need each other";
    errors.error(ErrorType::Invalid, Place::field(device, missing), message);
}

fn items<'t>(device: Node<'t>, field: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    device.get(field).into_iter().flat_map(Node::items)
}
