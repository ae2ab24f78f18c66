//! Reading fields of decoded objects the way Go's zero values make the server read them, and reporting on them.
//!
//! In: a mapping and the name of a field. Out: the value, or the zero value where the field is absent or null; and
//! findings at the field, also where it is missing or where the server names another path.

use crate::api::check::{Check, number, text_at};
use crate::api::errors::{ErrorType, Errors, quote, show};
use crate::yaml::{Node, Place};

/// The integer under `field`; 0 where there is none.
pub fn int(parent: Node<'_>, field: &str) -> i64 {
    number::int_at(parent, field).unwrap_or(0)
}

/// The boolean under `field`; false where there is none.
pub fn flag(parent: Node<'_>, field: &str) -> bool {
    parent.get(field).and_then(Node::as_bool).unwrap_or(false)
}

/// The items of the list under `field`; none where there is no list.
pub fn items<'t>(parent: Node<'t>, field: &str) -> impl Iterator<Item = Node<'t>> + Clone + use<'t> {
    parent.get(field).into_iter().flat_map(Node::items)
}

/// Whether the list or map under `field` holds anything.
pub fn filled(parent: Node<'_>, field: &str) -> bool {
    parent.get(field).is_some_and(|node| !node.is_empty())
}

/// The node's path, as the server prints it.
pub fn path_of<'t>(node: Node<'t>, errors: &Errors<'t>) -> String {
    node.path_from(Some(errors.root))
}

/// The path of a field, there or not.
pub fn path<'t>(parent: Node<'t>, field: &str, errors: &Errors<'t>) -> String {
    Place::field(parent, field).path(errors.root)
}

/// The value of `field` (which may be missing) is wrong, and why.
pub fn invalid<'t>(parent: Node<'t>, field: &str, why: &str, errors: &mut Errors<'t>) {
    match parent.get(field) {
        Some(node) => errors.invalid(node, why),
        None => errors.error(ErrorType::Invalid, Place::field(parent, field), format!("`{field}` {why}")),
    };
}

/// As [`invalid`], under a path that the server prints instead of the place's own.
pub fn invalid_at<'t>(place: Node<'t>, path: String, why: &str, errors: &mut Errors<'t>) {
    let message = match place.is_mapping() || place.is_sequence() {
        true => why.to_owned(),
        false => format!("{}: {why}", show(place)),
    };
    errors.error_at_path(ErrorType::Invalid, place, path, message);
}

/// `field` must not be set here.
pub fn forbidden<'t>(parent: Node<'t>, field: &str, why: &str, errors: &mut Errors<'t>) {
    match parent.get(field) {
        Some(node) => errors.forbidden(node, why),
        None => {
            errors.error(ErrorType::Forbidden, Place::field(parent, field), format!("`{field}` is forbidden: {why}"))
        }
    };
}

/// As [`forbidden`], under a path that the server prints instead of the field's own.
pub fn forbidden_at<'t>(node: Node<'t>, path: String, field: &str, why: &str, errors: &mut Errors<'t>) {
    errors.error_at_path(ErrorType::Forbidden, Place::Key(node), path, format!("`{field}` is forbidden: {why}"));
}

/// `field` is required here, and why.
pub fn required<'t>(parent: Node<'t>, field: &str, why: &str, errors: &mut Errors<'t>) {
    errors.error(ErrorType::Required, Place::field(parent, field), format!("`{field}` is required: {why}"));
}

/// `field` holds none of the allowed values (or is missing where it has no default).
pub fn not_supported<'t>(parent: Node<'t>, field: &str, allowed: &[&str], errors: &mut Errors<'t>) {
    if let Some(node) = parent.get(field) {
        errors.not_supported(node, allowed);
        return;
    }
    let list: Vec<_> = allowed.iter().map(|value| quote(value)).collect();
    let message = format!("`{field}` is missing: use one of {}", list.join(", "));
    errors.error(ErrorType::NotSupported, Place::field(parent, field), message);
}

/// An enumeration that the server neither defaults nor requires in so many words: absent is one value more that it does
/// not support.
pub fn enumerated<'t>(parent: Node<'t>, field: &str, allowed: &[&str], errors: &mut Errors<'t>) {
    if !allowed.contains(&text_at(parent, field)) {
        not_supported(parent, field, allowed, errors);
    }
}

/// A string that must not be empty. Gives whether it is there.
pub fn need<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) -> bool {
    let there = !text_at(parent, field).is_empty();
    if !there {
        errors.required(parent, field);
    }
    there
}

/// A string, the empty one included, that must obey a rule.
pub fn obey<'t>(parent: Node<'t>, field: &str, rule: impl FnOnce(&str) -> Check, errors: &mut Errors<'t>) {
    if let Err(why) = rule(text_at(parent, field)) {
        invalid(parent, field, why, errors);
    }
}

/// An integer in a range, absent reading as 0.
pub fn within<'t>(parent: Node<'t>, field: &str, low: i64, high: i64, errors: &mut Errors<'t>) {
    let value = int(parent, field);
    if value < low || value > high {
        invalid(parent, field, &format!("must be between {low} and {high}"), errors);
    }
}

/// A name that stands in a list before: at `field` of the item.
pub fn duplicate<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    let message = format!("{} is listed twice", quote(text_at(parent, field)));
    errors.error(ErrorType::Duplicate, Place::field(parent, field), message);
}
