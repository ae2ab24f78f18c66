//! Users' own JSON Schemas.
//!
//! In: a JSON Schema of a kind, in the dialect the public CRD catalogue has, and an object. Out: findings. Checked by the
//! `jsonschema` crate; a field that is null counts as absent, as for the server.
//!
//! The crate is used through its functions for `serde_json` alone, which it brings compiled: each of its generic ones costs a
//! second copy of the whole validator in this crate, a tenth of what building kubevet takes.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Number, Value};

use crate::finding::{Category, Finding, Severity};
use crate::object::Gvk;
use crate::yaml::{Kind, Node, Place};

/// Objects nested deeper are not checked.
const MAX_LEVELS: usize = 128;

/// A kind with a JSON Schema.
pub struct JsonKind {
    group: String,
    version: String,
    kind: String,
    schema: Value,
    validator: OnceLock<Option<Validator>>,
}

impl std::fmt::Debug for JsonKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "JsonKind({}/{} {})", self.group, self.version, self.kind)
    }
}

impl JsonKind {
    /// Takes a schema's text; nothing where it is no JSON.
    pub fn new(gvk: Gvk<'_>, text: &[u8]) -> Option<Self> {
        let schema = serde_json::from_slice(text).ok()?;
        let (group, version, kind) = (gvk.group.to_owned(), gvk.version.to_owned(), gvk.kind.to_owned());
        Some(Self { group, version, kind, schema, validator: OnceLock::new() })
    }

    /// Whether it is the schema of that kind.
    pub fn is(&self, gvk: Gvk<'_>) -> bool {
        self.group == gvk.group && self.version == gvk.version && self.kind == gvk.kind
    }

    /// Validates an object; nothing where the schema cannot be compiled (it refers to others, say).
    pub fn check(&self, root: Node<'_>) -> Option<Vec<Finding>> {
        let validator = self.validator.get_or_init(|| compile(self.schema.clone()).ok()).as_ref()?;
        let value = value(root, MAX_LEVELS)?;
        Some(validator.iter_errors(&value).flat_map(|error| findings(root, &error)).collect())
    }
}

/// A validator of a schema, which leaves out formats. Other documents that it refers to are not fetched.
///
/// # Errors
/// Why it cannot be compiled.
pub fn compile(mut schema: Value) -> Result<Validator, String> {
    without_formats(&mut schema);
    jsonschema::validator_for(&schema).map_err(|error| error.to_string())
}

/// Takes out the keyword `format`; what is data, and fields of that name, stay.
fn without_formats(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(without_formats),
        Value::Object(keywords) => {
            if keywords.get("format").is_some_and(Value::is_string) {
                keywords.shift_remove("format");
            }
            let data = ["const", "default", "enum", "example", "examples"];
            let inner = keywords.iter_mut().filter(|(keyword, _)| !data.contains(&keyword.as_str()));
            inner.for_each(|(_, inner)| without_formats(inner));
        }
        _ => {}
    }
}

fn findings(root: Node<'_>, error: &ValidationError<'_>) -> Vec<Finding> {
    let node = follow(root, error.instance_path().as_str());
    let inner = |name: &str| match node.path_from(Some(root)) {
        path if path.is_empty() => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            let unknown = |name: &String| {
                let span = node.get_entry(name).map_or_else(|| Place::Value(node).span(), |entry| entry.key.span());
                let message = format!("unknown field `{}`", inner(name));
                let mut finding = Finding::new("unknown-field", Category::Schema, Severity::Error, message, span);
                finding.path = inner(name);
                finding
            };
            unexpected.iter().map(unknown).collect()
        }
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![api("required", Place::missing(node, name), root, format!("`{name}` is required"))]
        }
        kind => vec![api(rule(kind), Place::Value(node), root, shorten(&error.to_string()))],
    }
}

fn api(rule: &'static str, place: Place<'_>, root: Node<'_>, message: String) -> Finding {
    let mut finding = Finding::new(rule, Category::Api, Severity::Error, message, place.span());
    finding.path = place.node().path_from(Some(root));
    if let Place::Missing(_, field) = &place {
        finding.path = if finding.path.is_empty() { field.clone() } else { format!("{}.{field}", finding.path) };
    }
    finding
}

fn rule(kind: &ValidationErrorKind) -> &'static str {
    match kind {
        ValidationErrorKind::Type { .. } => "type-invalid",
        ValidationErrorKind::Enum { .. } => "not-supported",
        ValidationErrorKind::MaxLength { .. } => "too-long",
        ValidationErrorKind::MaxItems { .. } | ValidationErrorKind::MaxProperties { .. } => "too-many",
        ValidationErrorKind::UniqueItems => "duplicate",
        _ => "invalid",
    }
}

/// Messages quote the value they are about, whatever its size.
fn shorten(message: &str) -> String {
    match message.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &message[..at]),
        None => message.to_owned(),
    }
}

/// The node at a JSON pointer, or the last one on the way.
fn follow<'t>(root: Node<'t>, pointer: &str) -> Node<'t> {
    pointer.split('/').skip(1).fold(root, |node, part| {
        let name = part.replace("~1", "/").replace("~0", "~");
        let item = || name.parse::<usize>().ok().and_then(|index| node.item(index));
        node.get_entry(&name).map(|entry| entry.value).or_else(item).unwrap_or(node)
    })
}

/// A node's value, without fields that are null. Nothing where it is nested deeper than anybody's objects are: what walks a value
/// does so by calling itself.
fn value(node: Node<'_>, levels: usize) -> Option<Value> {
    let levels = levels.checked_sub(1)?;
    Some(match node.kind() {
        Kind::Null => Value::Null,
        Kind::Bool(value) => value.into(),
        Kind::Int(value) => value.into(),
        Kind::UInt(value) => value.into(),
        Kind::Float(value) => Number::from_f64(value).unwrap_or_else(|| Number::from(0)).into(),
        Kind::String(text) => text.into(),
        Kind::Sequence => Value::Array(node.items().map(|item| value(item, levels)).collect::<Option<_>>()?),
        Kind::Mapping => {
            let fields = node.entries().filter(|entry| !entry.value.is_null());
            Value::Object(
                fields
                    .map(|entry| Some((entry.name.to_owned(), value(entry.value, levels)?)))
                    .collect::<Option<_>>()?,
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    #[test]
    fn formats_are_left_out_and_fields_called_so_are_not() {
        let schema = r#"{"properties": {"format": {"type": "integer", "format": "ipv4"}, "a": {"format": "ipv4"}}}"#;
        let validator = compile(serde_json::from_str(schema).expect("JSON")).expect("a schema");
        let holds = |text: &str| validator.is_valid(&serde_json::from_str(text).expect("JSON"));
        assert!(holds(r#"{"a": "no address", "format": 1}"#) && !holds(r#"{"format": "x"}"#));
    }

    #[test]
    fn objects_are_checked_without_their_nulls() {
        let schema = br#"{"type": "object", "required": ["spec"], "properties": {
            "kind": {"type": "string"}, "apiVersion": {"type": "string"},
            "spec": {"type": "object", "required": ["size"], "additionalProperties": false, "properties": {
                "size": {"type": "integer", "minimum": 1}, "color": {"enum": ["red"]},
                "port": {"anyOf": [{"type": "integer"}, {"type": "string"}], "x-kubernetes-int-or-string": true}}}}}"#;
        let gvk = Gvk { group: "example.org", version: "v1", kind: "Boat" };
        let kind = JsonKind::new(gvk, schema).expect("JSON");
        for (spec, expected) in [
            ("{size: 1, color: null, port: http}", vec![]),
            ("{size: 0}", vec!["invalid spec.size"]),
            ("{size: big, colour: red}", vec!["type-invalid spec.size", "unknown-field spec.colour"]),
            ("{color: blue}", vec!["not-supported spec.color", "required spec.size"]),
        ] {
            let source = Source::from_text(SourceId(0), "a.yaml", format!("kind: Boat\nspec: {spec}\n"));
            let documents = read(&source, &Limits::default());
            let found = kind.check(documents[0].tree.as_ref().expect("it parses").root()).expect("a schema");
            let mut found: Vec<_> = found.iter().map(|f| format!("{} {}", f.rule, f.path)).collect();
            found.sort();
            assert_eq!(found, expected, "{spec}");
        }
    }
}
