//! CSIStorageCapacity.
//!
//! In: an object. Out: violations. Mirrors `ValidateCSIStorageCapacity`.

use crate::api::check::{labels, names, text_at};
use crate::api::report::{quote, show};
use crate::api::{ErrorType, Report};
use crate::object::Quantity;
use crate::yaml::{Node, Place};

/// Judges a capacity.
pub(super) fn validate<'t>(root: Node<'t>, report: &mut Report<'t>) {
    if let Some(selector) = root.get("nodeTopology") {
        labels::selector(selector, report);
    }
    let class = text_at(root, "storageClassName");
    if let Err(why) = names::dns_subdomain(class) {
        let message = format!("{}: {why}", quote(class));
        report.error(ErrorType::Invalid, Place::field(root, "storageClassName"), message);
    }
    if let Some(node) = root.get("capacity")
        && Quantity::of(node).is_some_and(Quantity::is_negative)
    {
        report.error(ErrorType::Invalid, node, format!("{}: must not be negative", show(node)));
    }
}
