//! Values as the server sees them when it validates.
//!
//! In: a node and the structural schema it stands under. Out: [`View`]: the value after nulls were dropped and defaults
//! filled in, without anything being copied; without a schema, the value as it stands. Mirrors
//! `PruneNonNullableNullsWithoutDefaults` and `Default` of apiextensions-apiserver's `schema/defaulting`.

use serde_json::Value as Json;

use crate::yaml::{Kind, Node};

use super::schema::Schema;

/// A value, written or from a default.
#[derive(Debug, Clone, Copy)]
enum Raw<'a> {
    Node(Node<'a>),
    Json(&'a Json),
}

/// What a value is to the server, which tells integers from other numbers by their JSON text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape<'a> {
    /// `null`
    Null,
    /// True or false.
    Bool(bool),
    /// A number without a fraction.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A text.
    String(&'a str),
    /// A list; its items are those of the view.
    List,
    /// A map; its fields are those of the view.
    Map,
}

/// A value and the structural schema that rules nulls and defaults below it.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    raw: Raw<'a>,
    schema: Option<&'a Schema>,
    /// The node written that is the value, or the nearest one around it.
    pub at: Node<'a>,
    /// A field that is not there: the server drops `status` before it validates.
    hidden: Option<&'static str>,
}

impl<'a> View<'a> {
    /// The value of a node. `schema` fills in defaults and drops nulls; `hidden` is a field that is not there.
    pub fn new(node: Node<'a>, schema: Option<&'a Schema>, hidden: Option<&'static str>) -> Self {
        Self { raw: Raw::Node(node), schema, at: node, hidden }
    }

    /// The node, where the value is written and not a default.
    pub(super) fn written(self) -> Option<Node<'a>> {
        match self.raw {
            Raw::Node(node) => Some(node),
            Raw::Json(_) => None,
        }
    }

    /// What it is.
    pub fn shape(self) -> Shape<'a> {
        match self.raw {
            Raw::Node(node) => node_shape(node),
            Raw::Json(json) => json_shape(json),
        }
    }

    /// The value of a field, where there is one.
    pub fn field(self, name: &str) -> Option<View<'a>> {
        if self.hidden == Some(name) {
            return None;
        }
        let raw = match self.raw {
            Raw::Node(node) => node.get_entry(name).map(|entry| Raw::Node(entry.value)),
            Raw::Json(json) => json.get(name).map(Raw::Json),
        };
        match raw {
            Some(raw) => self.child(raw, self.schema.and_then(|schema| schema.child(name))),
            None => {
                let schema = self.schema?.property(name)?;
                self.below(Raw::Json(schema.default.as_deref()?), Some(schema))
            }
        }
    }

    /// The fields that are there, those written first.
    pub(super) fn fields(self) -> Vec<(&'a str, View<'a>)> {
        let child =
            |name: &'a str, raw| Some((name, self.child(raw, self.schema.and_then(|schema| schema.child(name)))?));
        let mut fields: Vec<_> = match self.raw {
            Raw::Node(node) => node.entries().filter_map(|entry| child(entry.name, Raw::Node(entry.value))).collect(),
            Raw::Json(Json::Object(map)) => {
                map.iter().filter_map(|(name, json)| child(name, Raw::Json(json))).collect()
            }
            Raw::Json(_) => Vec::new(),
        };
        fields.retain(|(name, _)| self.hidden != Some(*name));
        let properties = self.schema.map(|schema| schema.properties.as_slice()).unwrap_or_default();
        for (name, schema) in properties.iter().filter(|(_, schema)| schema.default.is_some()) {
            if !self.is_written(name) {
                fields.extend(schema.default.as_deref().and_then(|default| child(name, Raw::Json(default))));
            }
        }
        fields
    }

    fn is_written(self, name: &str) -> bool {
        match self.raw {
            Raw::Node(node) => node.get_entry(name).is_some(),
            Raw::Json(json) => json.get(name).is_some(),
        }
    }

    /// The items of a list.
    pub(super) fn items(self) -> Vec<View<'a>> {
        let schema = self.schema.and_then(|schema| schema.items.as_deref());
        let raws: Vec<Raw<'a>> = match self.raw {
            Raw::Node(node) => node.items().map(Raw::Node).collect(),
            Raw::Json(json) => json.as_array().map(|list| list.iter().map(Raw::Json).collect()).unwrap_or_default(),
        };
        let item = |raw| match (is_null(raw), schema) {
            (true, Some(schema)) if !schema.nullable && schema.default.is_some() => self.child(raw, Some(schema)),
            _ => self.below(raw, schema),
        };
        raws.into_iter().filter_map(item).collect()
    }

    /// A field's value: a null that is not allowed is replaced by the default, or is not there.
    fn child(self, raw: Raw<'a>, schema: Option<&'a Schema>) -> Option<View<'a>> {
        match schema {
            Some(schema) if is_null(raw) && !schema.nullable => {
                self.below(Raw::Json(schema.default.as_deref()?), Some(schema))
            }
            _ => self.below(raw, schema),
        }
    }

    fn below(self, raw: Raw<'a>, schema: Option<&'a Schema>) -> Option<View<'a>> {
        let at = match raw {
            Raw::Node(node) => node,
            Raw::Json(_) => self.at,
        };
        Some(View { raw, schema, at, hidden: None })
    }

    /// A value that stands nowhere in the object, for comparisons.
    pub(super) fn of_json(self, json: &'a Json) -> View<'a> {
        View { raw: Raw::Json(json), schema: None, at: self.at, hidden: None }
    }

    /// A text that is the same for equal values: JSON with sorted keys.
    pub(super) fn canonical(self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(self, out: &mut String, depth: usize) {
        match self.shape() {
            _ if depth > 200 => out.push('…'),
            Shape::Null => out.push_str("null"),
            Shape::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Shape::Int(value) => out.push_str(&value.to_string()),
            Shape::Float(value) => out.push_str(&format!("{value:e}")),
            Shape::String(text) => out.push_str(&format!("{text:?}")),
            Shape::List => {
                out.push('[');
                for item in self.items() {
                    item.write(out, depth + 1);
                    out.push(',');
                }
                out.push(']');
            }
            Shape::Map => {
                let mut fields = self.fields();
                fields.sort_by_key(|(name, _)| *name);
                out.push('{');
                for (name, value) in fields {
                    out.push_str(&format!("{name:?}:"));
                    value.write(out, depth + 1);
                    out.push(',');
                }
                out.push('}');
            }
        }
    }
}

fn is_null(raw: Raw<'_>) -> bool {
    match raw {
        Raw::Node(node) => node.is_null(),
        Raw::Json(json) => json.is_null(),
    }
}

fn node_shape<'a>(node: Node<'a>) -> Shape<'a> {
    match node.kind() {
        Kind::Null => Shape::Null,
        Kind::Bool(value) => Shape::Bool(value),
        Kind::Int(value) => Shape::Int(value),
        Kind::UInt(value) => Shape::Float(value as f64),
        Kind::Float(value) => node.as_i64().map_or(Shape::Float(value), Shape::Int),
        Kind::String(text) => Shape::String(text),
        Kind::Sequence => Shape::List,
        Kind::Mapping => Shape::Map,
    }
}

pub(super) fn json_shape(json: &Json) -> Shape<'_> {
    match json {
        Json::Null => Shape::Null,
        Json::Bool(value) => Shape::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(value) => Shape::Int(value),
            None => Shape::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Shape::String(text),
        Json::Array(_) => Shape::List,
        Json::Object(_) => Shape::Map,
    }
}
