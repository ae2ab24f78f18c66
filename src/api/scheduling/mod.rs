//! Validation of the API group `scheduling.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/scheduling/validation/validation.go`.

use crate::api::check::number;
use crate::api::errors::show;
use crate::api::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// The highest priority that a user may define (`HighestUserDefinablePriority`).
const HIGHEST: i64 = 1_000_000_000;

/// The classes of the system and their values (`SystemPriorityClasses`).
const SYSTEM: &[(&str, i64)] = &[("system-node-critical", 2_000_001_000), ("system-cluster-critical", 2_000_000_000)];

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.gvk.kind == "PriorityClass" {
        priority_class(object, errors);
    }
}

/// ValidatePriorityClass.
fn priority_class<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = object.root;
    let value = number::int_at(root, "value").unwrap_or(0);
    let name = object.name().unwrap_or("");
    if name.starts_with("system-") {
        system(object, name, value, errors);
    } else if let Some(node) = root.get("value").filter(|_| value > HIGHEST) {
        let message = format!("{}: the highest priority that may be defined is {HIGHEST}", show(node));
        errors.error(ErrorType::Forbidden, node, message);
    }
}

/// IsKnownSystemPriorityClass.
fn system<'t>(object: Object<'t>, name: &str, value: i64, errors: &mut Errors<'t>) {
    let default = object.root.get("globalDefault").and_then(Node::as_bool).unwrap_or(false);
    let Some(meta) = object.metadata() else { return };
    if !SYSTEM.contains(&(name, value)) || default {
        let message = "names that begin with `system-` belong to the classes of the system, with their own values";
        errors.error(ErrorType::Forbidden, Place::field(meta, "name"), message);
    }
}
