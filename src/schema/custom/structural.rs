//! A CRD's schema, compiled.
//!
//! In: the `openAPIV3Schema` of a CRD's version, as a node. Out: [`Schema`], one node of the structural schema with its
//! value validations, owned, so that it can outlive the text it came from. Nesting is bounded, so that walks guided by a
//! schema may recurse. Mirrors `JSONSchemaProps` and `structuralschema.Structural` of apiextensions-apiserver.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value as Json;

use crate::version::KubeVersion;
use crate::yaml::{Node, to_json};

use super::formats::Format;
use super::pattern;

/// Deepest nesting that is compiled; what lies deeper is not judged.
const MAX_DEPTH: usize = 200;

/// JSON types, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const OBJECT: Types = Types(1);
    pub(super) const ARRAY: Types = Types(2);
    pub(super) const STRING: Types = Types(4);
    pub(super) const INTEGER: Types = Types(8);
    pub(super) const NUMBER: Types = Types(16);
    pub(super) const BOOLEAN: Types = Types(32);
    const NAMES: [(&'static str, Types); 6] = [
        ("object", Types::OBJECT),
        ("array", Types::ARRAY),
        ("string", Types::STRING),
        ("integer", Types::INTEGER),
        ("number", Types::NUMBER),
        ("boolean", Types::BOOLEAN),
    ];

    fn parse(name: &str) -> Types {
        Self::NAMES.iter().find(|(known, _)| *known == name).map_or(Types(64), |(_, types)| *types)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn contains(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    /// The names, as a person would list them: `an integer or a string`.
    pub(super) fn describe(self) -> String {
        let words = [
            (Types::OBJECT, "a map"),
            (Types::ARRAY, "a list"),
            (Types::INTEGER, "an integer"),
            (Types::NUMBER, "a number"),
            (Types::STRING, "a string"),
            (Types::BOOLEAN, "true or false"),
        ];
        let named: Vec<_> = words.iter().filter(|(types, _)| self.contains(*types)).map(|(_, word)| *word).collect();
        named.join(" or ")
    }
}

/// What stands for fields that are not declared.
#[derive(Debug)]
pub(super) enum Additional {
    /// `additionalProperties: true`
    Any,
    /// `additionalProperties: false`
    None,
    /// A schema for their values.
    Schema(Box<Schema>),
}

/// `x-kubernetes-list-type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ListType {
    /// Items are told apart by their value.
    Set,
    /// Items are told apart by these fields.
    Map(Vec<String>),
}

/// Bounds on a number.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub maximum: Option<f64>,
    pub exclusive_maximum: bool,
    pub minimum: Option<f64>,
    pub exclusive_minimum: bool,
    pub multiple_of: Option<f64>,
    /// `int32`, `int64`, `float`, `double`
    pub format: Option<String>,
}

/// A regular expression, compiled when a value first meets it.
#[derive(Debug)]
pub(super) struct Pattern {
    pub text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Whether it matches; true where it cannot be compiled, which is the CRD's fault.
    pub(super) fn matches(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| pattern::compile(&self.text));
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// Value validations that few schemas have.
#[derive(Debug, Default)]
pub(super) struct Rest {
    pub min_length: Option<u64>,
    pub max_length: Option<u64>,
    pub pattern: Option<Pattern>,
    pub min_items: Option<u64>,
    pub max_items: Option<u64>,
    pub unique_items: bool,
    pub min_properties: Option<u64>,
    pub max_properties: Option<u64>,
    pub values: Vec<Json>,
    pub all_of: Vec<Schema>,
    pub any_of: Vec<Schema>,
    pub one_of: Vec<Schema>,
    pub not: Option<Box<Schema>>,
}

/// One node of a compiled schema.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub types: Types,
    /// A string format that the version knows.
    pub format: Option<Format>,
    pub nullable: bool,
    pub preserve_unknown: bool,
    pub embedded: bool,
    pub list_type: Option<ListType>,
    /// Sorted by name.
    pub properties: Vec<(String, Schema)>,
    pub additional: Option<Additional>,
    pub items: Option<Box<Schema>>,
    pub required: Vec<String>,
    pub default: Option<Json>,
    pub numbers: Option<Box<Numbers>>,
    pub rest: Option<Box<Rest>>,
}

impl Schema {
    /// Compiles a schema.
    pub(super) fn compile(node: Node<'_>, version: KubeVersion) -> Schema {
        Compiler { version }.schema(node, 0)
    }

    /// The declared property of that name.
    pub(super) fn property(&self, name: &str) -> Option<&Schema> {
        let found = self.properties.binary_search_by(|(key, _)| key.as_str().cmp(name)).ok();
        found.map(|index| &self.properties[index].1)
    }

    /// The schema of undeclared properties.
    pub(super) fn additional(&self) -> Option<&Schema> {
        match &self.additional {
            Some(Additional::Schema(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The schema a field's value has: its own, or that of undeclared ones.
    pub(super) fn child(&self, name: &str) -> Option<&Schema> {
        self.property(name).or_else(|| self.additional())
    }
}

struct Compiler {
    version: KubeVersion,
}

impl Compiler {
    fn schema(&self, node: Node<'_>, depth: usize) -> Schema {
        let mut schema = Schema::default();
        if depth > MAX_DEPTH || !node.is_mapping() {
            schema.preserve_unknown = true;
            return schema;
        }
        for entry in node.entries().filter(|entry| !entry.value.is_null()) {
            self.structure(&mut schema, entry.name, entry.value, depth);
            self.validation(&mut schema, entry.name, entry.value, depth);
        }
        if node.get("x-kubernetes-int-or-string").and_then(Node::as_bool) == Some(true) {
            schema.types = Types(Types::INTEGER.0 | Types::STRING.0);
        }
        self.list_type(&mut schema, node);
        self.format(&mut schema, node);
        schema
    }

    fn structure(&self, schema: &mut Schema, key: &str, value: Node<'_>, depth: usize) {
        match key {
            "type" => {
                schema.types = value.as_str().filter(|name| !name.is_empty()).map(Types::parse).unwrap_or_default()
            }
            "nullable" => schema.nullable = value.as_bool() == Some(true),
            "x-kubernetes-preserve-unknown-fields" => schema.preserve_unknown = value.as_bool() == Some(true),
            "x-kubernetes-embedded-resource" => schema.embedded = value.as_bool() == Some(true),
            "properties" => schema.properties = self.properties(value, depth),
            "additionalProperties" => {
                schema.additional = Some(match value.as_bool() {
                    Some(true) => Additional::Any,
                    Some(false) => Additional::None,
                    None => Additional::Schema(Box::new(self.schema(value, depth + 1))),
                });
            }
            "items" if value.is_mapping() => schema.items = Some(Box::new(self.schema(value, depth + 1))),
            "required" => schema.required = strings(value),
            "default" => schema.default = json(value),
            _ => {}
        }
    }

    fn properties(&self, node: Node<'_>, depth: usize) -> Vec<(String, Schema)> {
        let compiled = node.entries().map(|entry| (entry.name.to_owned(), self.schema(entry.value, depth + 1)));
        let mut properties: Vec<_> = compiled.collect();
        properties.sort_by(|(a, _), (b, _)| a.cmp(b));
        properties
    }

    fn validation(&self, schema: &mut Schema, key: &str, value: Node<'_>, depth: usize) {
        let number = value.as_f64();
        match key {
            "maximum" => numbers(schema).maximum = number,
            "minimum" => numbers(schema).minimum = number,
            "multipleOf" => numbers(schema).multiple_of = number,
            "exclusiveMaximum" => numbers(schema).exclusive_maximum = value.as_bool() == Some(true),
            "exclusiveMinimum" => numbers(schema).exclusive_minimum = value.as_bool() == Some(true),
            _ => self.rest(schema, key, value, depth),
        }
    }

    fn rest(&self, schema: &mut Schema, key: &str, value: Node<'_>, depth: usize) {
        let length = value.as_i64().and_then(|length| u64::try_from(length).ok());
        let branches = || value.items().map(|branch| self.schema(branch, depth + 1)).collect();
        match key {
            "minLength" => rest(schema).min_length = length,
            "maxLength" => rest(schema).max_length = length,
            "minItems" => rest(schema).min_items = length,
            "maxItems" => rest(schema).max_items = length,
            "uniqueItems" => rest(schema).unique_items = value.as_bool() == Some(true),
            "minProperties" => rest(schema).min_properties = length,
            "maxProperties" => rest(schema).max_properties = length,
            "pattern" => rest(schema).pattern = value.as_str().filter(|text| !text.is_empty()).map(new_pattern),
            "enum" => rest(schema).values = value.items().filter_map(json).collect(),
            "allOf" => rest(schema).all_of = branches(),
            "anyOf" => rest(schema).any_of = branches(),
            "oneOf" => rest(schema).one_of = branches(),
            "not" => rest(schema).not = Some(Box::new(self.schema(value, depth + 1))),
            _ => {}
        }
    }

    fn list_type(&self, schema: &mut Schema, node: Node<'_>) {
        schema.list_type = match node.str_at("x-kubernetes-list-type") {
            Some("set") => Some(ListType::Set),
            Some("map") => node.get("x-kubernetes-list-map-keys").map(|keys| ListType::Map(strings(keys))),
            _ => None,
        };
    }

    /// Formats that the server does not know for a type are as if they were not written.
    fn format(&self, schema: &mut Schema, node: Node<'_>) {
        let Some(name) = node.str_at("format") else { return };
        match schema.types {
            Types::INTEGER if matches!(name, "int32" | "int64") => numbers(schema).format = Some(name.to_owned()),
            Types::NUMBER if matches!(name, "float" | "double") => numbers(schema).format = Some(name.to_owned()),
            types if types == Types::STRING || types.is_empty() => schema.format = Format::parse(name, self.version),
            _ => {}
        }
    }
}

fn numbers(schema: &mut Schema) -> &mut Numbers {
    schema.numbers.get_or_insert_default()
}

fn rest(schema: &mut Schema) -> &mut Rest {
    schema.rest.get_or_insert_default()
}

fn new_pattern(text: &str) -> Pattern {
    Pattern { text: text.to_owned(), compiled: OnceLock::new() }
}

fn strings(node: Node<'_>) -> Vec<String> {
    node.items().filter_map(Node::as_str).map(str::to_owned).collect()
}

fn json(node: Node<'_>) -> Option<Json> {
    serde_json::from_str(&to_json(node).ok()?).ok()
}
