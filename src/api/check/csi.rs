//! Names of drivers for storage and devices.
//!
//! In: a field. Out: violations. Mirrors `ValidateCSIDriverName` of `pkg/apis/core/validation`.

use super::{Check, names, text};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::Node;

/// Longest name of a driver, in bytes.
pub const LONGEST: usize = 63;

/// What a driver's name must look like, however long it is: a DNS subdomain in any case.
pub fn format(name: &str) -> Check {
    names::dns_subdomain(&name.to_lowercase())
}

/// A field that must hold a driver's name.
pub fn driver_name<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    match parent.get(field).filter(|node| !text(*node).is_empty()) {
        Some(node) => name(node, errors),
        None => {
            errors.required(parent, field);
        }
    }
}

/// A node that must hold a driver's name.
pub fn name<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    if text(node).len() > LONGEST {
        let message = format!("{} is too long: at most {LONGEST} bytes are allowed", quote(text(node)));
        errors.error(ErrorType::TooLong, node, message);
    }
    if let Err(why) = format(text(node)) {
        errors.invalid(node, why);
    }
}
