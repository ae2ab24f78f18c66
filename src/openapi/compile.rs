//! Compiling a schema.
//!
//! In: the `openAPIV3Schema` of a CRD's version, as a node, and what the schema is wanted for. Out: [`Schema`]. What lies
//! deeper than [`MAX_DEPTH`] is not checked.

use serde_json::Value as Json;

use super::MAX_DEPTH;
use super::formats::StringFormat;
use super::schema::{Additional, ListType, NumberFormat, Numbers, Pattern, Rest, Schema, Types};
use crate::version::KubeVersion;
use crate::yaml::{Node, to_json};

/// What a schema is wanted for. The server takes two ways to its validator, which part over formats and
/// `x-kubernetes-int-or-string`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Custom resources (`NewSchemaValidator`): a format that is not supported for the type is as if it were not written,
    /// and an int-or-string is of these two types.
    Resources,
    /// The defaults in the schema itself (`ValidateDefaults`, from `Structural.ToKubeOpenAPI`): formats stay as they are,
    /// and the type of an int-or-string is checked by the `anyOf` beside it alone.
    Defaults,
}

impl Schema {
    /// Compiles a schema.
    pub fn compile(node: Node<'_>, wanted_for: Use, version: KubeVersion) -> Schema {
        Compiler { wanted_for, version }.schema(node, 0)
    }
}

/// The version whose server began to keep the formats of numbers, and to check ranges by them; older ones leave them out.
const RANGED: KubeVersion = KubeVersion(36);

struct Compiler {
    wanted_for: Use,
    version: KubeVersion,
}

impl Compiler {
    fn schema(&self, node: Node<'_>, depth: usize) -> Schema {
        if depth > MAX_DEPTH || !node.is_mapping() {
            return Schema::any();
        }
        let mut schema = Schema::default();
        for entry in node.entries().filter(|entry| !entry.value.is_null()) {
            self.structure(&mut schema, entry.name, entry.value, depth);
            self.validation(&mut schema, entry.name, entry.value, depth);
        }
        let int_or_string = node.get("x-kubernetes-int-or-string").and_then(Node::as_bool) == Some(true);
        if int_or_string && self.wanted_for == Use::Resources {
            schema.types = Types::INT_OR_STRING;
        }
        list_type(&mut schema, node);
        if let Some(name) = node.str_at("format").filter(|name| !name.is_empty()) {
            self.format(&mut schema, name);
        }
        if let Some(numbers) = &mut schema.numbers {
            numbers.ranged = self.version >= RANGED;
        }
        schema.has_embedded = schema.embedded || schema.below().any(|below| below.has_embedded);
        schema.has_list_types = schema.list_type.is_some() || schema.below().any(|below| below.has_list_types);
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
            "default" => schema.default = json(value).map(Box::new),
            _ => {}
        }
    }

    fn properties(&self, node: Node<'_>, depth: usize) -> Vec<(String, Schema)> {
        let compiled = node.entries().map(|entry| (entry.name.to_owned(), self.schema(entry.value, depth + 1)));
        let mut properties: Vec<_> = compiled.collect();
        properties.sort_by(|(a, _), (b, _)| a.cmp(b));
        // A repository may need hundreds of definitions at once.
        properties.shrink_to_fit();
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
        let branches = || value.items().map(|branch| self.schema(branch, depth + 1)).collect();
        match key {
            "minLength" => rest(schema).min_length = value.as_i64(),
            "maxLength" => rest(schema).max_length = value.as_i64(),
            "minItems" => rest(schema).min_items = value.as_i64(),
            "maxItems" => rest(schema).max_items = value.as_i64(),
            "uniqueItems" => rest(schema).unique_items = value.as_bool() == Some(true),
            "minProperties" => rest(schema).min_properties = value.as_i64(),
            "maxProperties" => rest(schema).max_properties = value.as_i64(),
            "pattern" => rest(schema).pattern = value.as_str().filter(|text| !text.is_empty()).map(Pattern::new),
            "enum" => rest(schema).values = value.items().filter_map(json).collect(),
            "allOf" => rest(schema).all_of = branches(),
            "anyOf" => rest(schema).any_of = branches(),
            "oneOf" => rest(schema).one_of = branches(),
            "not" => rest(schema).not = Some(Box::new(self.schema(value, depth + 1))),
            _ => {}
        }
    }

    /// Mirrors `StripUnsupportedFormatsPostProcessorForVersion` where formats are left out.
    fn format(&self, schema: &mut Schema, name: &str) {
        let of_numbers = match (name, schema.types) {
            ("int32", Types::INTEGER) => Some(NumberFormat::Int32),
            ("int64", Types::INTEGER) => Some(NumberFormat::Int64),
            ("float", Types::NUMBER) => Some(NumberFormat::Float),
            ("double", Types::NUMBER) => Some(NumberFormat::Double),
            _ => None,
        };
        let of_numbers = of_numbers.filter(|_| self.version >= RANGED);
        if of_numbers.is_some() {
            numbers(schema).format = of_numbers;
        }
        let of_strings = StringFormat::parse(name, self.version);
        // Two types count as none.
        let is_text = schema.types.is_empty() || matches!(schema.types, Types::STRING | Types::INT_OR_STRING);
        let kept = self.wanted_for == Use::Defaults;
        schema.format = of_strings.filter(|_| kept || is_text);
        schema.formatted = kept || schema.format.is_some() || of_numbers.is_some();
    }
}

fn list_type(schema: &mut Schema, node: Node<'_>) {
    schema.list_type = match node.str_at("x-kubernetes-list-type") {
        Some("set") => Some(ListType::Set),
        Some("map") => node.get("x-kubernetes-list-map-keys").map(|keys| ListType::Map(strings(keys))),
        _ => None,
    };
}

fn numbers(schema: &mut Schema) -> &mut Numbers {
    schema.numbers.get_or_insert_default()
}

fn rest(schema: &mut Schema) -> &mut Rest {
    schema.rest.get_or_insert_default()
}

fn strings(node: Node<'_>) -> Vec<String> {
    node.items().filter_map(Node::as_str).map(str::to_owned).collect()
}

fn json(node: Node<'_>) -> Option<Json> {
    serde_json::from_str(&to_json(node).ok()?).ok()
}
