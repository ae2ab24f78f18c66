//! CSINode.
//!
//! In: an object. Out: violations. Mirrors `validateCSINodeDriver` and what it calls.

use std::collections::HashSet;

use crate::api::check::{csi, names, text, text_at};
use crate::api::report::quote;
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// Longest id of a node.
const LONGEST_ID: usize = 256;

/// Judges all drivers of a node.
pub(super) fn validate<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let mut seen = HashSet::new();
    for driver in root.at(&["spec", "drivers"]).into_iter().flat_map(Node::items) {
        csi::driver_name(driver, "name", report);
        node_id(driver, report);
        let name = text_at(driver, "name");
        if !seen.insert(name) {
            let message = format!("the driver {} stands here twice", quote(name));
            report.error(ErrorType::Duplicate, Place::field(driver, "name"), message);
        }
        topology_keys(driver, report);
    }
}

fn node_id<'t>(driver: Node<'t>, report: &mut Report<'t>) {
    if let Some(node) = driver.get("nodeID").filter(|node| text(*node).len() > LONGEST_ID) {
        report.invalid(node, "must be 256 characters or less");
    }
}

/// The server reports bad keys at the driver.
fn topology_keys<'t>(driver: Node<'t>, report: &mut Report<'t>) {
    let path = Place::Value(driver).path(report.root);
    let mut seen = HashSet::new();
    for node in driver.get("topologyKeys").into_iter().flat_map(Node::items) {
        let key = text(node);
        if key.is_empty() {
            report.error_at_path(ErrorType::Required, node, path.clone(), "a topology key must not be empty");
        }
        if !seen.insert(key) {
            let message = format!("the topology key {} stands here twice", quote(key));
            report.error_at_path(ErrorType::Duplicate, node, path.clone(), message);
        }
        if let Err(why) = names::qualified(key) {
            report.error_at_path(ErrorType::Invalid, node, path.clone(), format!("{}: {why}", quote(key)));
        }
    }
}
