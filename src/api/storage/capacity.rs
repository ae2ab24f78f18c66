//! CSIStorageCapacity.
//!
//! In: an object. Out: violations. Mirrors `ValidateCSIStorageCapacity`.

use crate::api::check::{labels, names, text_at};
use crate::api::errors::{quote, show};
use crate::api::{ErrorType, Errors};
use crate::object::Quantity;
use crate::yaml::{Node, Place};

/// Validates a capacity.
pub(super) fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(selector) = root.get("nodeTopology") {
        labels::selector(selector, errors);
    }
    let class = text_at(root, "storageClassName");
    if let Err(why) = names::dns_subdomain(class) {
        let message = format!("{}: {why}", quote(class));
        errors.error(ErrorType::Invalid, Place::field(root, "storageClassName"), message);
    }
    if let Some(node) = root.get("capacity")
        && Quantity::of(node).is_some_and(Quantity::is_negative)
    {
        errors.error(ErrorType::Invalid, node, format!("{}: must not be negative", show(node)));
    }
}
