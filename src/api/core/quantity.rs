//! Quantities of resources.
//!
//! In: a decoded quantity. Out: findings where it is negative, zero or no whole number though it should not be.

use crate::api::core::resource_name::is_integer_resource;
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Quantity;

/// The quantity a field holds: zero where it is null, none where it is missing or cannot be read.
pub fn quantity(field: Field<'_>) -> Option<Quantity> {
    let node = field.node()?;
    if node.is_null() { Some(Quantity::ZERO) } else { Quantity::of(node) }
}

/// `ValidatePositiveQuantityValue`.
pub fn positive<'t>(field: Field<'t>, errors: &mut Errors<'t>) {
    if quantity(field).is_some_and(|amount| amount <= Quantity::ZERO) {
        field.invalid(errors, "must be greater than zero");
    }
}

/// `ValidateNonnegativeQuantity`.
pub fn non_negative<'t>(field: Field<'t>, errors: &mut Errors<'t>) {
    if quantity(field).is_some_and(Quantity::is_negative) {
        field.invalid(errors, "must be greater than or equal to 0");
    }
}

/// `ValidateResourceQuantityValue`: not negative, and whole where the resource is counted in pieces.
pub fn resource_quantity<'t>(resource: &str, field: Field<'t>, errors: &mut Errors<'t>) {
    non_negative(field, errors);
    if is_integer_resource(resource) && quantity(field).is_some_and(|amount| amount.milli_value() % 1000 != 0) {
        field.invalid(errors, "must be an integer");
    }
}
