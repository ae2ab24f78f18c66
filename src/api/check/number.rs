//! Ranges of numbers.
//!
//! In: the mapping a number may stand in, and its field. Out: violations of the range, worded as the server words them.
//! A field that is absent is fine: defaults obey their ranges.

use std::ops::RangeInclusive;

use crate::api::Errors;
use crate::yaml::Node;

/// The integer under `field`, absent reading as nothing.
pub fn int_at(parent: Node<'_>, field: &str) -> Option<i64> {
    parent.get(field)?.as_i64()
}

/// ValidateNonnegativeField.
pub fn non_negative<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    at_least(parent, field, 0, errors);
}

/// Each of these fields must not be negative.
pub fn all_non_negative<'t>(parent: Node<'t>, fields: &[&str], errors: &mut Errors<'t>) {
    for field in fields {
        non_negative(parent, field, errors);
    }
}

/// The value, where it is there, must be at least `least`.
pub fn at_least<'t>(parent: Node<'t>, field: &str, least: i64, errors: &mut Errors<'t>) {
    if let Some(node) = parent.get(field).filter(|node| node.as_i64().is_some_and(|value| value < least)) {
        errors.invalid(node, &format!("must be greater than or equal to {least}"));
    }
}

/// The value, where it is there, must be at most `most`.
pub fn at_most<'t>(parent: Node<'t>, field: &str, most: i64, errors: &mut Errors<'t>) {
    if let Some(node) = parent.get(field).filter(|node| node.as_i64().is_some_and(|value| value > most)) {
        errors.invalid(node, &format!("must be less than or equal to {most}"));
    }
}

/// The value, where it is there, must lie in `range` (IsInRange).
pub fn in_range<'t>(parent: Node<'t>, field: &str, range: RangeInclusive<i64>, errors: &mut Errors<'t>) {
    if let Some(node) = parent.get(field) {
        node_in_range(node, range, errors);
    }
}

/// The same for the value itself.
pub fn node_in_range<'t>(node: Node<'t>, range: RangeInclusive<i64>, errors: &mut Errors<'t>) {
    if node.as_i64().is_some_and(|value| !range.contains(&value)) {
        errors.invalid(node, &format!("must be between {} and {}, inclusive", range.start(), range.end()));
    }
}

/// IsValidPortNum.
pub const PORT: RangeInclusive<i64> = 1..=65_535;

/// IsValidUserID and IsValidGroupID: what a Unix user or group id may be.
pub const UNIX_ID: RangeInclusive<i64> = 0..=i32::MAX as i64;
