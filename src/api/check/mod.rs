//! Checks that many API types share.
//!
//! In: texts, numbers and small structures, one concern a file. Out: whether the server takes them, or why not, in words
//! that follow the quoted value (`must be no more than 63 characters`).

pub mod cel;
pub mod cron;
pub mod csi;
pub mod int_or_percent;
pub mod ip;
pub mod labels;
pub mod names;
pub mod number;
pub mod webhook;

use std::collections::BTreeSet;

use crate::api::Errors;
use crate::yaml::Node;

/// Whether a value is fine, or what is wrong with it.
pub type Check = Result<(), &'static str>;

/// The text of a decoded string field: null reads as the empty string.
pub fn text(node: Node<'_>) -> &str {
    node.as_str().unwrap_or("")
}

/// The text of a decoded string field under `parent`: absent and null read as the empty string.
pub fn text_at<'t>(parent: Node<'t>, field: &str) -> &'t str {
    parent.str_at(field).unwrap_or("")
}

/// Reports `node` as invalid where `rule` does not hold for its text. Gives whether it holds.
pub fn valid<'t>(node: Node<'t>, rule: impl FnOnce(&str) -> Check, errors: &mut Errors<'t>) -> bool {
    let outcome = rule(text(node));
    if let Err(why) = outcome {
        errors.invalid(node, why);
    }
    outcome.is_ok()
}

/// The same for a field that is checked only where it is there and not empty.
pub fn valid_if_set<'t>(parent: Node<'t>, field: &str, rule: impl FnOnce(&str) -> Check, errors: &mut Errors<'t>) {
    if let Some(node) = parent.get(field).filter(|node| !text(*node).is_empty()) {
        valid(node, rule, errors);
    }
}

/// A string field that must be there and not empty, and obey `rule`.
pub fn required_text<'t>(parent: Node<'t>, field: &str, rule: impl FnOnce(&str) -> Check, errors: &mut Errors<'t>) {
    match parent.get(field).filter(|node| !text(*node).is_empty()) {
        Some(node) => {
            valid(node, rule, errors);
        }
        None => {
            errors.required(parent, field);
        }
    }
}

/// An enumeration that may be absent: a value that is there (the empty string included) must be one of `allowed`.
pub fn one_of<'t>(parent: Node<'t>, field: &str, allowed: &[&str], errors: &mut Errors<'t>) {
    if let Some(node) = parent.get(field).filter(|node| !allowed.contains(&text(*node))) {
        errors.not_supported(node, allowed);
    }
}

/// An enumeration whose empty value counts as absent: defaults were filled in, or the field is optional.
pub fn one_of_if_set<'t>(parent: Node<'t>, field: &str, allowed: &[&str], errors: &mut Errors<'t>) {
    if !text_at(parent, field).is_empty() {
        one_of(parent, field, allowed, errors);
    }
}

/// An enumeration that must be there.
pub fn required_one_of<'t>(parent: Node<'t>, field: &str, allowed: &[&str], errors: &mut Errors<'t>) {
    if text_at(parent, field).is_empty() {
        errors.required(parent, field);
    } else {
        one_of(parent, field, allowed, errors);
    }
}

/// Reports each item whose text stood before.
pub fn unique<'t>(items: impl Iterator<Item = Node<'t>>, errors: &mut Errors<'t>) {
    let mut seen = BTreeSet::new();
    for node in items {
        if !seen.insert(text(node)) {
            errors.duplicate(node);
        }
    }
}

/// Whether a list field under `parent` is absent or empty.
pub fn is_empty_at(parent: Node<'_>, field: &str) -> bool {
    parent.get(field).is_none_or(Node::is_empty)
}
