//! A value held against a schema.
//!
//! In: a value and a structural schema. Out: what does not fit. Mirrors what `k8s.io/kube-openapi/pkg/validation/validate`
//! does for the parts of JSON Schema that structural schemas may use.

use super::view::{Schema, Sub};
use super::{MAX_DEPTH, formats};
use crate::api::ErrorType;
use crate::api::report::{quote, show};
use crate::yaml::{Kind, Node};

/// Something that does not fit.
#[derive(Debug, Clone)]
pub(crate) struct Violation<'t> {
    /// The server's type of error.
    pub kind: ErrorType,
    /// The value, or the one that lacks something.
    pub node: Node<'t>,
    /// The path below the value that was given.
    pub at: String,
    /// In plain words.
    pub message: String,
}

/// Collects what does not fit.
pub(crate) fn validate<'t>(value: Node<'t>, schema: Schema<'_>, found: &mut Vec<Violation<'t>>) {
    Judge { found, at: String::new() }.schema(value, schema, 0);
}

fn fits(value: Node<'_>, schema: Schema<'_>, depth: usize) -> bool {
    let mut found = Vec::new();
    Judge { found: &mut found, at: String::new() }.schema(value, schema, depth);
    found.is_empty()
}

struct Judge<'f, 't> {
    found: &'f mut Vec<Violation<'t>>,
    at: String,
}

impl<'t> Judge<'_, 't> {
    fn add(&mut self, kind: ErrorType, node: Node<'t>, message: String) {
        self.found.push(Violation { kind, node, at: self.at.clone(), message });
    }

    fn invalid(&mut self, node: Node<'t>, why: &str) {
        self.add(ErrorType::Invalid, node, format!("{} {why}", show(node)));
    }

    fn below(&mut self, step: &str, then: impl FnOnce(&mut Self)) {
        let len = self.at.len();
        self.at.push_str(step);
        then(self);
        self.at.truncate(len);
    }

    fn schema(&mut self, value: Node<'t>, s: Schema<'_>, depth: usize) {
        if depth > MAX_DEPTH || (value.is_null() && s.flag("nullable")) {
            return;
        }
        if !has_type(value, s) {
            let wanted = if s.int_or_string() { "integer or string" } else { s.ty() };
            self.add(ErrorType::Invalid, value, format!("{} is not of type {wanted}", show(value)));
            return;
        }
        self.choice(value, s);
        match value.kind() {
            Kind::String(text) => self.text(value, text, s),
            Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => self.number(value, s),
            Kind::Sequence => self.list(value, s, depth),
            Kind::Mapping => self.object(value, s, depth),
            Kind::Null | Kind::Bool(_) => {}
        }
        self.conditions(value, s, depth);
    }

    fn choice(&mut self, value: Node<'t>, s: Schema<'_>) {
        let Some(allowed) = s.filled("enum") else { return };
        if !allowed.items().any(|item| equal(item, value)) {
            let list: Vec<_> = allowed.items().map(show).collect();
            let message = format!("{} is not supported: use {}", show(value), list.join(", "));
            self.add(ErrorType::NotSupported, value, message);
        }
    }

    fn text(&mut self, value: Node<'t>, text: &str, s: Schema<'_>) {
        let length = || text.chars().count() as i64;
        if let Some(most) = s.int("maxLength").filter(|most| length() > *most) {
            self.add(ErrorType::TooLong, value, format!("{} has more than {most} characters", show(value)));
        }
        if let Some(least) = s.int("minLength").filter(|least| length() < *least) {
            self.invalid(value, &format!("has fewer than {least} characters"));
        }
        let pattern = s.text("pattern");
        if !pattern.is_empty() && regex::Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text)) {
            self.invalid(value, &format!("does not match {}", quote(pattern)));
        }
        if !formats::fits(s.text("format"), text) {
            self.invalid(value, &format!("is no {}", s.text("format")));
        }
    }

    fn number(&mut self, value: Node<'t>, s: Schema<'_>) {
        let Some(number) = value.as_f64() else { return };
        let bound = |field: &str| s.get(field).and_then(Node::as_f64);
        // `IsValueValidAgainstRange`: a bound that no integer of the format can have makes every value wrong.
        let limit = if s.text("format") == "int32" { 2f64.powi(31) } else { 2f64.powi(63) };
        let possible = |bound: f64| bound.fract() == 0.0 && (-limit..limit).contains(&bound);
        for field in ["maximum", "minimum", "multipleOf"] {
            if s.ty() == "integer" && bound(field).is_some_and(|bound| !possible(bound)) {
                self.add(ErrorType::Invalid, value, format!("`{field}` is no integer that the format can hold"));
            }
        }
        if let Some(most) = bound("maximum") {
            let strict = s.flag("exclusiveMaximum");
            if number > most || strict && number == most {
                self.invalid(value, &format!("is more than is allowed ({most})"));
            }
        }
        if let Some(least) = bound("minimum") {
            let strict = s.flag("exclusiveMinimum");
            if number < least || strict && number == least {
                self.invalid(value, &format!("is less than is allowed ({least})"));
            }
        }
        if let Some(factor) = bound("multipleOf") {
            if factor <= 0.0 {
                self.invalid(value, "cannot be a multiple of a number that is not positive");
            } else if (number / factor).fract() != 0.0 {
                self.invalid(value, &format!("is no multiple of {factor}"));
            }
        }
    }

    fn list(&mut self, value: Node<'t>, s: Schema<'_>, depth: usize) {
        let length = value.len() as i64;
        if let Some(most) = s.int("maxItems").filter(|most| length > *most) {
            self.add(ErrorType::TooMany, value, format!("{length} items: at most {most} are allowed"));
        }
        if let Some(least) = s.int("minItems").filter(|least| length < *least) {
            self.add(ErrorType::Invalid, value, format!("{length} items: at least {least} are needed"));
        }
        let Some(items) = s.item() else { return };
        for (index, item) in value.items().enumerate() {
            self.below(&format!("[{index}]"), |judge| judge.schema(item, items, depth + 1));
        }
    }

    fn object(&mut self, value: Node<'t>, s: Schema<'_>, depth: usize) {
        let count = value.entries().count() as i64;
        if let Some(most) = s.int("maxProperties").filter(|most| count > *most) {
            self.add(ErrorType::TooMany, value, format!("{count} properties: at most {most} are allowed"));
        }
        if let Some(least) = s.int("minProperties").filter(|least| count < *least) {
            self.add(ErrorType::Invalid, value, format!("{count} properties: at least {least} are needed"));
        }
        for name in s.names("required").filter(|name| value.get_entry(name).is_none()) {
            self.below(&format!(".{name}"), |judge| {
                judge.add(ErrorType::Required, value, format!("{} is required", quote(name)));
            });
        }
        for entry in value.entries() {
            let sub = s.property(entry.name);
            let Some(sub) = sub.or(s.additional_schema()) else {
                if s.additional() == Sub::Bool(false) {
                    self.below(&format!(".{}", entry.name), |judge| judge.invalid(entry.value, "is not allowed here"));
                }
                continue;
            };
            self.below(&format!(".{}", entry.name), |judge| judge.schema(entry.value, sub, depth + 1));
        }
    }

    fn conditions(&mut self, value: Node<'t>, s: Schema<'_>, depth: usize) {
        for sub in s.list("allOf") {
            self.schema(value, sub, depth + 1);
        }
        let matching = |field: &str| s.list(field).filter(|sub| fits(value, *sub, depth + 1)).count();
        if s.filled("anyOf").is_some() && matching("anyOf") == 0 {
            self.invalid(value, "fits none of the alternatives (anyOf)");
        }
        if s.filled("oneOf").is_some() {
            let count = matching("oneOf");
            if count != 1 {
                self.invalid(value, &format!("fits {count} of the alternatives instead of one (oneOf)"));
            }
        }
        if s.not().is_some_and(|sub| fits(value, sub, depth + 1)) {
            self.invalid(value, "fits what it must not (not)");
        }
    }
}

fn has_type(value: Node<'_>, s: Schema<'_>) -> bool {
    let whole = || value.as_f64().is_some_and(|number| number.fract() == 0.0);
    if s.int_or_string() {
        return value.is_string() || whole();
    }
    match (s.ty(), value.kind()) {
        ("", kind) => kind != Kind::Null || s.0.is_empty(),
        ("string", Kind::String(_)) | ("boolean", Kind::Bool(_)) => true,
        ("array", Kind::Sequence) | ("object", Kind::Mapping) => true,
        ("number", Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)) => true,
        ("integer", Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)) => whole(),
        _ => false,
    }
}

/// Equality of JSON values of which at least one is usually a scalar.
fn equal(a: Node<'_>, b: Node<'_>) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Mapping | Kind::Sequence, Kind::Mapping | Kind::Sequence) => {
            matches!((crate::yaml::to_json(a), crate::yaml::to_json(b)), (Ok(a), Ok(b)) if a == b)
        }
        (a_kind, b_kind) => a_kind == b_kind || (a.as_f64().is_some() && a.as_f64() == b.as_f64()),
    }
}
