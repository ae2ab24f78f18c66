//! Ports.
//!
//! In: a port's number or name. Out: findings. Mirrors `ValidatePortNumOrName` of `pkg/apis/core/validation`.

use crate::api::check::{names, number};
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::yaml::Node;

/// A port's number, which must be given.
pub fn port_number<'t>(port: Field<'t>, errors: &mut Errors<'t>) {
    if port.is_present() {
        port.in_range(errors, number::PORT);
    } else {
        port.invalid(errors, "must be between 1 and 65535, inclusive");
    }
}

/// A port's number, or its name where it is a string.
pub fn port_number_or_name<'t>(port: Field<'t>, errors: &mut Errors<'t>) {
    if port.node().is_some_and(Node::is_string) {
        port.check(errors, names::port_name);
    } else {
        port.in_range(errors, number::PORT);
    }
}
