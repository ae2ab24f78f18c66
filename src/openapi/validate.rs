//! A value held against a schema.
//!
//! In: a value as the server sees it, and its schema. Out: what the server answers with 422: types, required fields,
//! bounds, patterns, enums, formats and combinations. Mirrors kube-openapi's `validation/validate`: a failing `anyOf` or
//! `oneOf` brings the violations of the branch that went best, by the same count of checks passed.

use std::collections::HashSet;

use super::error_type::ErrorType;
use super::numbers;
use super::schema::{Additional, Rest, Schema, Types};
use super::view::{Shape, View, json_shape};
use crate::yaml::Node;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation<'a> {
    /// The server's type of error.
    pub kind: ErrorType,
    /// The path below the value that was given, with dots between all keys.
    pub path: String,
    /// Whether the server names no field, but says it of the whole value that was given.
    pub of_the_whole: bool,
    /// The node it is about, or the one that lacks a field.
    pub at: Node<'a>,
    /// In words.
    pub message: String,
}

/// Holds a value against a schema; `name` is what messages call the value: `the object`.
pub fn validate<'a>(view: View<'a>, schema: &'a Schema, name: &str) -> Vec<Violation<'a>> {
    let mut found = value(view, schema, &Path::Root(name)).violations;
    // Two branches may say the same.
    let mut said = HashSet::with_capacity(found.len());
    let first: Vec<bool> =
        found.iter().map(|violation| said.insert((violation.path.as_str(), violation.message.as_str()))).collect();
    let mut first = first.into_iter();
    found.retain(|_| first.next().unwrap_or(true));
    found
}

/// The way from the root, as a list on the stack.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root(&'p str),
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(super) fn text(&self) -> String {
        match self {
            Path::Root(_) => String::new(),
            Path::Key(parent, key) => match parent.text() {
                path if path.is_empty() => (*key).to_owned(),
                path => format!("{path}.{key}"),
            },
            Path::Index(parent, index) => format!("{}[{index}]", parent.text()),
        }
    }
}

/// What validation of one value gave.
#[derive(Default)]
pub(super) struct ValueResult<'a> {
    violations: Vec<Violation<'a>>,
    /// Checks that passed, as the server counts them to choose between branches.
    passed: u32,
}

impl<'a> ValueResult<'a> {
    pub(super) fn add(&mut self, kind: ErrorType, path: &Path<'_>, at: Node<'a>, message: String) {
        self.violations.push(Violation { kind, path: path.text(), of_the_whole: false, at, message });
    }

    /// What the server says without naming a field.
    pub(super) fn add_to_whole(&mut self, path: &Path<'_>, at: Node<'a>, message: String) {
        let kind = ErrorType::Invalid;
        self.violations.push(Violation { kind, path: path.text(), of_the_whole: true, at, message });
    }

    fn merge(&mut self, other: ValueResult<'a>) {
        self.violations.extend(other.violations);
        self.passed += other.passed;
    }

    fn is_valid(&self) -> bool {
        self.violations.is_empty()
    }
}

fn value<'a>(view: View<'a>, schema: &'a Schema, path: &Path<'_>) -> ValueResult<'a> {
    let mut outcome = ValueResult::default();
    let shape = view.shape();
    check_type(view, shape, schema, path, &mut outcome);
    if shape == Shape::Null {
        check_enum(view, schema, path, &mut outcome);
        return outcome;
    }
    if let Some(rest) = &schema.rest {
        combinations(view, rest, path, &mut outcome);
    }
    outcome.passed += 3;
    match shape {
        Shape::String(text) => {
            outcome.passed += 1 + u32::from(schema.format.is_some());
            check_string(view, text, schema, path, &mut outcome);
        }
        Shape::Int(_) | Shape::Float(_) => {
            outcome.passed += 2;
            numbers::check(view, schema, path, &mut outcome);
        }
        Shape::List => check_list(view, schema, path, &mut outcome),
        Shape::Map => check_map(view, schema, path, &mut outcome),
        Shape::Null | Shape::Bool(_) => {}
    }
    outcome.passed += 1;
    check_enum(view, schema, path, &mut outcome);
    outcome
}

fn check_type<'a>(view: View<'a>, shape: Shape<'_>, schema: &Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    if shape != Shape::Null {
        if schema.types.is_empty() && !schema.formatted {
            return;
        }
        outcome.passed += 1;
    }
    if has_type(shape, schema) {
        outcome.passed += 1;
        return;
    }
    let expected = if schema.types.is_empty() { "a string".to_owned() } else { schema.types.describe() };
    let message = format!("{} must be {expected}, not {}", subject(path), describe(view, shape));
    outcome.add(ErrorType::TypeInvalid, path, view.at, message);
}

fn has_type(shape: Shape<'_>, schema: &Schema) -> bool {
    let types = schema.types;
    // A list stands in for a string of a known format, and both for whatever has a format and is no number.
    let lax = schema.formatted && !types.contains(Types::INTEGER) && !types.contains(Types::NUMBER);
    match shape {
        Shape::Null => schema.nullable || types.is_empty(),
        Shape::Bool(_) => types.contains(Types::BOOLEAN),
        Shape::Int(_) => types.contains(Types::INTEGER) || types.contains(Types::NUMBER),
        Shape::Float(value) => {
            types.contains(Types::NUMBER) || types.contains(Types::INTEGER) && numbers::is_integer(value)
        }
        Shape::Map => types.contains(Types::OBJECT),
        Shape::List => types.contains(Types::ARRAY) || lax,
        Shape::String(_) => types.contains(Types::STRING) || lax,
    }
}

fn combinations<'a>(view: View<'a>, rest: &'a Rest, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    if !rest.any_of.is_empty() {
        any_of(view, &rest.any_of, path, outcome);
    }
    if !rest.one_of.is_empty() {
        one_of(view, &rest.one_of, path, outcome);
    }
    let before = outcome.violations.len();
    for branch in &rest.all_of {
        outcome.merge(value(view, branch, path));
    }
    if outcome.violations.len() > before {
        outcome.add_to_whole(path, view.at, format!("{} does not match all of its `allOf`", subject(path)));
    }
    if rest.not.as_ref().is_some_and(|not| value(view, not, path).is_valid()) {
        outcome.add_to_whole(path, view.at, format!("{} matches its `not`, which forbids it", subject(path)));
    }
}

fn any_of<'a>(view: View<'a>, branches: &'a [Schema], path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    let mut best: Option<ValueResult<'a>> = None;
    for branch in branches {
        let result = value(view, branch, path);
        if result.is_valid() {
            outcome.passed += result.passed;
            return;
        }
        if best.as_ref().is_none_or(|best| result.passed > best.passed) {
            best = Some(result);
        }
    }
    let message = format!("{} matches none of the {} alternatives of its `anyOf`", subject(path), branches.len());
    outcome.add_to_whole(path, view.at, message);
    outcome.merge(best.unwrap_or_default());
}

fn one_of<'a>(view: View<'a>, branches: &'a [Schema], path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    let (mut valid, mut first, mut best) = (0, 0, None::<ValueResult<'a>>);
    for branch in branches {
        let result = value(view, branch, path);
        if result.is_valid() {
            valid += 1;
            (first, best) = (if valid == 1 { result.passed } else { first }, None);
        } else if valid == 0 && best.as_ref().is_none_or(|best| result.passed > best.passed) {
            best = Some(result);
        }
    }
    if valid == 1 {
        outcome.passed += first;
        return;
    }
    let met = if valid == 0 { "none".to_owned() } else { valid.to_string() };
    let message =
        format!("{} matches {met} of the alternatives of its `oneOf`; it must match exactly one", subject(path));
    outcome.add_to_whole(path, view.at, message);
    outcome.merge(best.unwrap_or_default());
}

fn check_enum<'a>(view: View<'a>, schema: &Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    let Some(rest) = schema.rest.as_ref().filter(|rest| !rest.values.is_empty()) else { return };
    if rest.values.iter().any(|value| is_value(view, value)) {
        return;
    }
    let allowed: Vec<_> = rest.values.iter().map(|value| format!("`{}`", plain(value))).collect();
    let message = format!("{} is not supported: use {}", describe(view, view.shape()), allowed.join(", "));
    outcome.add(ErrorType::NotSupported, path, view.at, message);
}

/// Equality after Go's conversion of the value to the type that the enum has.
fn is_value(view: View<'_>, value: &serde_json::Value) -> bool {
    match (view.shape(), json_shape(value)) {
        (Shape::Null, _) => false,
        (Shape::Int(a), Shape::Float(b)) => a as f64 == b,
        (Shape::Float(a), Shape::Int(b)) => a as i64 == b,
        (Shape::Int(a), Shape::String(b)) => {
            u32::try_from(a).ok().and_then(char::from_u32).is_some_and(|c| b.chars().eq([c]))
        }
        (Shape::List | Shape::Map, Shape::List | Shape::Map) => view.canonical() == canonical(view, value),
        (a, b) => a == b,
    }
}

fn canonical(view: View<'_>, value: &serde_json::Value) -> String {
    view.of_json(value).canonical()
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn check_string<'a>(view: View<'a>, text: &str, schema: &Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    if let Some(format) = schema.format.filter(|format| !format.accepts(text)) {
        let message = format!("{} is not a valid {}", describe(view, view.shape()), format.name());
        outcome.add(ErrorType::TypeInvalid, path, view.at, message);
    }
    let Some(rest) = &schema.rest else { return };
    if rest.max_length.is_none() && rest.min_length.is_none() && rest.pattern.is_none() {
        return;
    }
    let length = text.chars().count() as i64;
    if let Some(max) = rest.max_length.filter(|max| length > *max) {
        outcome.add(ErrorType::TooLong, path, view.at, format!("{} may have at most {max} characters", subject(path)));
    } else if let Some(min) = rest.min_length.filter(|min| length < *min) {
        outcome.add(
            ErrorType::Invalid,
            path,
            view.at,
            format!("{} must have at least {min} characters", subject(path)),
        );
    } else if let Some(pattern) = rest.pattern.as_ref().filter(|pattern| !pattern.matches(text)) {
        let message = format!("{} does not match `{}`", describe(view, view.shape()), pattern.text);
        outcome.add(ErrorType::Invalid, path, view.at, message);
    }
}

fn check_list<'a>(view: View<'a>, schema: &'a Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    let items = view.items();
    if let Some(schema) = &schema.items {
        for (index, item) in items.iter().enumerate() {
            outcome.merge(value(*item, schema, &Path::Index(path, index)));
        }
    }
    outcome.passed += 2;
    let Some(rest) = &schema.rest else { return };
    let length = items.len() as i64;
    if let Some(min) = rest.min_items.filter(|min| length < *min) {
        outcome.add(ErrorType::Invalid, path, view.at, format!("{} must have at least {min} items", subject(path)));
    }
    if let Some(max) = rest.max_items.filter(|max| length > *max) {
        let message = format!("{} has {length} items, but may have at most {max}", subject(path));
        outcome.add(ErrorType::TooMany, path, view.at, message);
    }
    if rest.unique_items {
        let mut texts: Vec<_> = items.iter().map(|item| item.canonical()).collect();
        texts.sort_unstable();
        if texts.windows(2).any(|pair| pair[0] == pair[1]) {
            outcome.add(ErrorType::Invalid, path, view.at, format!("{} contains an item twice", subject(path)));
        }
    }
}

fn check_map<'a>(view: View<'a>, schema: &'a Schema, path: &Path<'_>, outcome: &mut ValueResult<'a>) {
    let fields = view.fields();
    for (name, field) in &fields {
        let (parent, path) = (path, Path::Key(path, name));
        match (schema.property(name), &schema.additional) {
            (Some(schema), _) => outcome.merge(value(*field, schema, &path)),
            (None, Some(Additional::Schema(schema))) => outcome.merge(value(*field, schema, &path)),
            (None, Some(Additional::None)) => {
                let message = format!("`{name}` is not an allowed field");
                outcome.add(ErrorType::Invalid, parent, field.at, message);
            }
            (None, _) => {}
        }
    }
    // Most schemas require few fields; a table of those that are there pays where there are many.
    let table: Option<HashSet<&str>> =
        (schema.required.len() > 16).then(|| fields.iter().map(|(field, _)| *field).collect());
    let is_there = |name: &str| match &table {
        Some(table) => table.contains(name),
        None => fields.iter().any(|(field, _)| *field == name),
    };
    for name in &schema.required {
        if !is_there(name) {
            outcome.add(ErrorType::Required, &Path::Key(path, name), view.at, format!("`{name}` is required"));
        }
    }
    outcome.passed += 1;
    let Some(rest) = &schema.rest else { return };
    let length = fields.len() as i64;
    if let Some(min) = rest.min_properties.filter(|min| length < *min) {
        outcome.add(ErrorType::Invalid, path, view.at, format!("{} must have at least {min} fields", subject(path)));
    }
    if let Some(max) = rest.max_properties.filter(|max| length > *max) {
        let message = format!("{} has {length} fields, but may have at most {max}", subject(path));
        outcome.add(ErrorType::TooMany, path, view.at, message);
    }
}

/// How a message calls the value at a path.
pub(super) fn subject(path: &Path<'_>) -> String {
    match path {
        Path::Root(name) => (*name).to_owned(),
        Path::Key(_, key) => format!("`{key}`"),
        Path::Index(Path::Key(_, key), _) => format!("an item of `{key}`"),
        Path::Index(..) => "an item".to_owned(),
    }
}

/// A value in a message.
pub(super) fn describe(view: View<'_>, shape: Shape<'_>) -> String {
    match (shape, view.written()) {
        (Shape::Null, _) => "null".to_owned(),
        (Shape::List, _) => "a list".to_owned(),
        (Shape::Map, _) => "a map".to_owned(),
        (Shape::String(text), _) => quote(text),
        (_, Some(node)) => quote(node.raw()),
        (Shape::Bool(value), None) => quote(&value.to_string()),
        (Shape::Int(value), None) => quote(&value.to_string()),
        (Shape::Float(value), None) => quote(&value.to_string()),
    }
}

/// A node in a message: scalars in backticks, cut when long; collections by what they are.
pub fn show(node: Node<'_>) -> String {
    let view = View::new(node, None, None);
    describe(view, view.shape())
}

/// A text in backticks, cut after 60 characters.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("`{}…`", &text[..at]),
        None => format!("`{text}`"),
    }
}
