//! A schema, compiled.
//!
//! [`Schema`] is one node of a structural schema with its value validations, owned, so that it can outlive the text it came
//! from. Mirrors `structuralschema.Structural` of apiextensions-apiserver and `spec.Schema` of kube-openapi.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value as Json;

use super::formats::StringFormat;
use super::goregex;

/// JSON types, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Types(u8);

impl Types {
    pub(super) const OBJECT: Types = Types(1);
    pub(super) const ARRAY: Types = Types(2);
    pub(super) const STRING: Types = Types(4);
    pub(super) const INTEGER: Types = Types(8);
    pub(super) const NUMBER: Types = Types(16);
    pub(super) const BOOLEAN: Types = Types(32);
    pub(super) const INT_OR_STRING: Types = Types(4 | 8);
    const UNKNOWN: Types = Types(64);
    const NAMES: [(&'static str, Types); 6] = [
        ("object", Types::OBJECT),
        ("array", Types::ARRAY),
        ("string", Types::STRING),
        ("integer", Types::INTEGER),
        ("number", Types::NUMBER),
        ("boolean", Types::BOOLEAN),
    ];

    pub(super) fn parse(name: &str) -> Types {
        Self::NAMES.iter().find(|(known, _)| *known == name).map_or(Types::UNKNOWN, |(_, types)| *types)
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
            (Types::UNKNOWN, "of a type that does not exist"),
        ];
        let named: Vec<_> = words.iter().filter(|(types, _)| self.contains(*types)).map(|(_, word)| *word).collect();
        named.join(" or ")
    }
}

/// What stands for fields that are not declared.
#[derive(Debug)]
pub enum Additional {
    /// `additionalProperties: true`
    Any,
    /// `additionalProperties: false`
    None,
    /// A schema for their values.
    Schema(Box<Schema>),
}

/// `x-kubernetes-list-type`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListType {
    /// Items are told apart by their value.
    Set,
    /// Items are told apart by these fields.
    Map(Vec<String>),
}

/// A format of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `float`
    Float,
    /// `double`
    Double,
}

/// Bounds on a number.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    pub maximum: Option<f64>,
    pub exclusive_maximum: bool,
    pub minimum: Option<f64>,
    pub exclusive_minimum: bool,
    pub multiple_of: Option<f64>,
    pub format: Option<NumberFormat>,
    /// Values and bounds have to fit the type and format, which the server asks from 1.36 on.
    pub ranged: bool,
}

/// A regular expression, compiled when a value first meets it.
#[derive(Debug)]
pub(super) struct Pattern {
    pub text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        Pattern { text: text.to_owned(), compiled: OnceLock::new() }
    }

    /// Whether it matches; true where it cannot be compiled, which is the CRD's fault.
    pub(super) fn matches(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| goregex::compile(&self.text).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// Value validations that few schemas have. Limits may be negative: the server takes them as they are.
#[derive(Debug, Default)]
pub(super) struct Rest {
    pub min_length: Option<i64>,
    pub max_length: Option<i64>,
    pub pattern: Option<Pattern>,
    pub min_items: Option<i64>,
    pub max_items: Option<i64>,
    pub unique_items: bool,
    pub min_properties: Option<i64>,
    pub max_properties: Option<i64>,
    pub values: Vec<Json>,
    pub all_of: Vec<Schema>,
    pub any_of: Vec<Schema>,
    pub one_of: Vec<Schema>,
    pub not: Option<Box<Schema>>,
}

/// One node of a compiled schema.
#[derive(Debug, Default)]
pub struct Schema {
    pub(super) types: Types,
    /// Whether a format is named (and not left out for its version): it changes which types are taken.
    pub(super) formatted: bool,
    /// The format of strings, where it is one that the version knows.
    pub(super) format: Option<StringFormat>,
    /// `nullable`
    pub nullable: bool,
    /// `x-kubernetes-preserve-unknown-fields`
    pub preserve_unknown: bool,
    /// `x-kubernetes-embedded-resource`
    pub embedded: bool,
    pub(super) list_type: Option<ListType>,
    /// Whether it, or some value below it, is an embedded resource: what has none need not be looked through.
    pub has_embedded: bool,
    /// The same of lists that are sets or maps.
    pub(super) has_list_types: bool,
    /// `properties`, sorted by name.
    pub properties: Vec<(String, Schema)>,
    /// `additionalProperties`
    pub additional: Option<Additional>,
    /// `items`
    pub items: Option<Box<Schema>>,
    pub(super) required: Vec<String>,
    /// `default`
    pub default: Option<Box<Json>>,
    pub(super) numbers: Option<Box<Numbers>>,
    pub(super) rest: Option<Box<Rest>>,
}

impl Schema {
    /// The schema under which every value is fine.
    pub fn any() -> Self {
        Schema { preserve_unknown: true, ..Schema::default() }
    }

    /// The declared property of that name.
    pub fn property(&self, name: &str) -> Option<&Schema> {
        let found = self.properties.binary_search_by(|(key, _)| key.as_str().cmp(name)).ok();
        found.map(|index| &self.properties[index].1)
    }

    /// The schema of undeclared properties.
    pub fn additional(&self) -> Option<&Schema> {
        match &self.additional {
            Some(Additional::Schema(schema)) => Some(schema),
            _ => None,
        }
    }

    /// The schemas of the values right below.
    pub(super) fn below(&self) -> impl Iterator<Item = &Schema> {
        let properties = self.properties.iter().map(|(_, schema)| schema);
        properties.chain(self.additional()).chain(self.items.as_deref())
    }

    /// The schema a field's value has: its own, or that of undeclared ones.
    pub fn child(&self, name: &str) -> Option<&Schema> {
        self.property(name).or_else(|| self.additional())
    }
}
