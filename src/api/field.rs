//! A field of an object that may not be there.
//!
//! In: a node and the names of fields below it. Out: [`Field`], a copyable cursor which reads like the server's decoded
//! struct (an absent string is empty, an absent list has no items) and still knows where a finding about it belongs.

use std::ops::RangeInclusive;

use crate::api::check::{Check, number};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

/// How many missing fields may lie below the last node that is there.
const DEPTH: usize = 4;

/// A field, present or missing.
#[derive(Debug, Clone, Copy)]
pub struct Field<'t> {
    /// The field itself, or the closest node above it that is there.
    base: Node<'t>,
    /// The names from `base` down to the field; empty ones at the end do not count.
    rest: [&'static str; DEPTH],
}

impl<'t> Field<'t> {
    /// The field that a node is.
    pub fn of(node: Node<'t>) -> Self {
        Self { base: node, rest: [""; DEPTH] }
    }

    /// The field of that name below this one. A null value is a missing one.
    pub fn child(self, name: &'static str) -> Self {
        if let Some(node) = self.node().and_then(|node| node.get(name)) {
            return Self::of(node);
        }
        let mut rest = self.rest;
        if let Some(free) = rest.iter_mut().find(|part| part.is_empty()) {
            *free = name;
        }
        Self { base: self.base, rest }
    }

    /// The value of a key of a map with free keys, where the key is there: also where its value is null.
    pub fn key(self, key: &str) -> Option<Field<'t>> {
        self.node()?.get_entry(key).map(|entry| Field::of(entry.value))
    }

    /// Follows several names down.
    pub fn at(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |field, name| field.child(name))
    }

    /// Whether the field is there.
    pub fn is_present(self) -> bool {
        self.rest[0].is_empty()
    }

    /// The field's value, where it is there.
    pub fn node(self) -> Option<Node<'t>> {
        self.is_present().then_some(self.base)
    }

    /// The string the field holds; empty where it is missing, as in the server's structs.
    pub fn text(self) -> &'t str {
        self.node().and_then(Node::as_str).unwrap_or("")
    }

    /// The integer the field holds.
    pub fn int(self) -> Option<i64> {
        self.node()?.as_i64()
    }

    /// The boolean the field holds.
    pub fn bool(self) -> Option<bool> {
        self.node()?.as_bool()
    }

    /// The items of the list; none where it is missing.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Field<'t>> + Clone + use<'t> {
        self.node().into_iter().flat_map(Node::items).map(Field::of)
    }

    /// The entries of the map; none where it is missing.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = (&'t str, Field<'t>)> + Clone + use<'t> {
        self.node().into_iter().flat_map(Node::entries).map(|entry| (entry.name, Field::of(entry.value)))
    }

    /// Number of items of the list or of entries of the map; 0 where it is missing.
    pub fn len(self) -> usize {
        self.items().count() + self.entries().count()
    }

    /// Whether it is missing or has neither items nor entries.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Where a finding about the field points.
    pub fn place(self) -> Place<'t> {
        let names: Vec<_> = self.rest.iter().copied().take_while(|part| !part.is_empty()).collect();
        match names.as_slice() {
            [] => Place::Value(self.base),
            [name] => Place::field(self.base, name),
            _ => Place::missing(self.base, names.join(".")),
        }
    }

    /// The field's own name, where it has one.
    fn name(self) -> &'t str {
        let missing = self.rest.iter().rev().find(|part| !part.is_empty());
        missing.copied().unwrap_or_else(|| self.base.entry().map_or("", |entry| entry.name))
    }

    /// Reports the field as missing; `why` may be empty.
    pub fn required(self, errors: &mut Errors<'t>, why: &str) {
        let mut message = match self.name() {
            "" => "a value is required".to_owned(),
            name => format!("`{name}` is required"),
        };
        if !why.is_empty() {
            message.push_str(": ");
            message.push_str(why);
        }
        errors.error(ErrorType::Required, self, message);
    }

    /// Reports the field as missing where its string is empty; says whether it did.
    pub fn required_text(self, errors: &mut Errors<'t>) -> bool {
        let empty = self.text().is_empty();
        if empty {
            self.required(errors, "");
        }
        empty
    }

    /// Reports a wrong value, also one that is wrong because it is missing.
    pub fn invalid(self, errors: &mut Errors<'t>, why: &str) {
        match self.node() {
            Some(node) => errors.invalid(node, why),
            None => errors.error(ErrorType::Invalid, self, format!("`{}` {why}", self.name())),
        };
    }

    /// Reports a wrong value without repeating it: it is long, or secret.
    pub fn wrong(self, errors: &mut Errors<'t>, why: &str) {
        errors.error(ErrorType::Invalid, self, format!("`{}`: {why}", self.name()));
    }

    /// Reports the key a value of a map stands under.
    pub fn invalid_key(self, errors: &mut Errors<'t>, key: &str, why: &str) {
        errors.error(ErrorType::Invalid, Place::Key(self.base), format!("{}: {why}", quote(key)));
    }

    /// The same where the map is known to the server by another name (`stringData` is `data` to it).
    pub fn invalid_map_key(self, errors: &mut Errors<'t>, map: &str, key: &str, why: &str) {
        let message = format!("{}: {why}", quote(key));
        errors.error_at_path(ErrorType::Invalid, Place::Key(self.base), format!("{map}[{key}]"), message);
    }

    /// Reports a value that is none of those allowed, also a missing one.
    pub fn not_supported(self, errors: &mut Errors<'t>, allowed: &[&str]) {
        if let Some(node) = self.node() {
            errors.not_supported(node, allowed);
            return;
        }
        let list: Vec<_> = allowed.iter().map(|value| format!("`{value}`")).collect();
        errors.error(ErrorType::NotSupported, self, format!("`{}` must be one of {}", self.name(), list.join(", ")));
    }

    /// Reports a string that is none of those allowed; an empty one is none, too.
    pub fn one_of(self, errors: &mut Errors<'t>, allowed: &[&str]) -> bool {
        let known = allowed.contains(&self.text());
        if !known {
            self.not_supported(errors, allowed);
        }
        known
    }

    /// Like [`Field::one_of`] where the field may be left out.
    pub fn optional_one_of(self, errors: &mut Errors<'t>, allowed: &[&str]) -> bool {
        !self.is_present() || self.one_of(errors, allowed)
    }

    /// Reports a field that must not be there.
    pub fn forbidden(self, errors: &mut Errors<'t>, why: &str) {
        match self.node() {
            Some(node) => errors.forbidden(node, why),
            None => errors.error(ErrorType::Forbidden, self, format!("`{}` is forbidden: {why}", self.name())),
        };
    }

    /// Reports a value that stands twice.
    pub fn duplicate(self, errors: &mut Errors<'t>) {
        match self.node() {
            Some(node) => errors.duplicate(node),
            None => errors.error(ErrorType::Duplicate, self, format!("`{}` is left out twice", self.name())),
        };
    }

    /// Reports a text that is longer than allowed, in bytes.
    pub fn too_long(self, errors: &mut Errors<'t>, most: usize) {
        errors.error(
            ErrorType::TooLong,
            self,
            format!("`{}` is too long: at most {most} bytes are allowed", self.name()),
        );
    }

    /// Reports why a rule does not hold for the field's string. Gives whether it holds.
    pub fn check(self, errors: &mut Errors<'t>, rule: impl FnOnce(&str) -> Check) -> bool {
        let outcome = rule(self.text());
        if let Err(why) = outcome {
            self.invalid(errors, why);
        }
        outcome.is_ok()
    }

    /// The same where an empty string is fine.
    pub fn check_if_set(self, errors: &mut Errors<'t>, rule: impl FnOnce(&str) -> Check) {
        if !self.text().is_empty() {
            self.check(errors, rule);
        }
    }

    /// The same where an empty string is missing rather than wrong.
    pub fn check_required(self, errors: &mut Errors<'t>, rule: impl FnOnce(&str) -> Check) {
        if !self.required_text(errors) {
            self.check(errors, rule);
        }
    }

    /// Reports an integer outside of a range; a missing one is fine.
    pub fn in_range(self, errors: &mut Errors<'t>, range: RangeInclusive<i64>) {
        if let Some(node) = self.node() {
            number::node_in_range(node, range, errors);
        }
    }
}

impl<'t> From<Field<'t>> for Place<'t> {
    fn from(field: Field<'t>) -> Self {
        field.place()
    }
}
