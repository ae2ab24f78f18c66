//! CSINode.
//!
//! In: an object. Out: violations. Mirrors `validateCSINodeDriver` and what it calls.

use std::collections::HashSet;

use crate::api::check::{csi, names, text, text_at};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Longest id of a node.
const LONGEST_ID: usize = 256;

/// Validates all drivers of a node.
pub(super) fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for driver in root.at(&["spec", "drivers"]).into_iter().flat_map(Node::items) {
        csi::driver_name(driver, "name", errors);
        node_id(driver, errors);
        let name = text_at(driver, "name");
        if !seen.insert(name) {
            let message = format!("the driver {} is listed twice", quote(name));
            errors.error(ErrorType::Duplicate, Place::field(driver, "name"), message);
        }
        topology_keys(driver, errors);
    }
}

fn node_id<'t>(driver: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(node) = driver.get("nodeID").filter(|node| text(*node).len() > LONGEST_ID) {
        errors.invalid(node, "must be 256 characters or less");
    }
}

/// The server reports bad keys at the driver.
fn topology_keys<'t>(driver: Node<'t>, errors: &mut Errors<'t>) {
    let path = Place::Value(driver).path(errors.root);
    let mut seen = HashSet::new();
    for node in driver.get("topologyKeys").into_iter().flat_map(Node::items) {
        let key = text(node);
        if key.is_empty() {
            errors.error_at_path(ErrorType::Required, node, path.clone(), "a topology key must not be empty");
        }
        if !seen.insert(key) {
            let message = format!("the topology key {} is listed twice", quote(key));
            errors.error_at_path(ErrorType::Duplicate, node, path.clone(), message);
        }
        if let Err(why) = names::qualified(key) {
            errors.error_at_path(ErrorType::Invalid, node, path.clone(), format!("{}: {why}", quote(key)));
        }
    }
}
