//! Users' own JSON Schemas.
//!
//! In: a JSON Schema of a kind, in the dialect the public CRD catalogue has, and an object. Out: findings. Judged by the
//! `jsonschema` crate over our own tree, without a copy; a field that is null counts as absent, as for the server.

use std::borrow::Cow;
use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object as JsonObject};
use jsonschema::{JsonType, ValidationError, Validator};
use serde_json::{Number, Value};

use crate::finding::{Category, Finding, Severity};
use crate::object::Gvk;
use crate::yaml::{Kind, Node, Place, to_json};

/// A kind with a JSON Schema.
pub struct JsonKind {
    group: String,
    version: String,
    kind: String,
    schema: Value,
    validator: OnceLock<Option<Validator<TreeJson>>>,
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

    /// Judges an object; nothing where the schema cannot be compiled (it refers to others, say).
    pub fn judge(&self, root: Node<'_>) -> Option<Vec<Finding>> {
        let compile = || jsonschema::options_for::<TreeJson>().should_validate_formats(false).build(&self.schema).ok();
        let validator = self.validator.get_or_init(compile).as_ref()?;
        let errors = validator.iter_errors(Tree::Node(root));
        Some(errors.flat_map(|error| findings(root, &error)).collect())
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
        let item = || name.parse::<usize>().ok().and_then(|index| node.items().nth(index));
        node.get_entry(&name).map(|entry| entry.value).or_else(item).unwrap_or(node)
    })
}

/// Our tree as the crate sees it.
struct TreeJson;

/// A value: of the tree, or the name of a field where names are judged.
#[derive(Clone)]
enum Tree<'t> {
    Node(Node<'t>),
    Text(&'t str),
}

impl Json for TreeJson {
    type Node<'a> = Tree<'a>;
    type PreparedKey = String;
    type StringBuffer = String;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut String, string: &str, f: impl FnOnce(Tree<'_>) -> T) -> T {
        string.clone_into(buffer);
        f(Tree::Text(buffer))
    }
}

impl<'t> Tree<'t> {
    fn node(&self) -> Option<Node<'t>> {
        match self {
            Tree::Node(node) => Some(*node),
            Tree::Text(_) => None,
        }
    }

    fn kind(&self) -> Kind<'t> {
        match self {
            Tree::Node(node) => node.kind(),
            Tree::Text(text) => Kind::String(text),
        }
    }
}

impl<'t> JsonNode<'t, TreeJson> for Tree<'t> {
    type Object = Fields<'t>;
    type Array = Items<'t>;
    type Number = TreeNumber;

    fn as_object(&self) -> Option<Fields<'t>> {
        self.node().filter(|node| node.is_mapping()).map(Fields)
    }

    fn as_array(&self) -> Option<Items<'t>> {
        self.node().filter(|node| node.is_sequence()).map(Items)
    }

    fn as_string(&self) -> Option<Cow<'t, str>> {
        match self.kind() {
            Kind::String(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<TreeNumber> {
        match self.kind() {
            Kind::Int(value) => Some(TreeNumber(Number::from(value))),
            Kind::UInt(value) => Some(TreeNumber(Number::from(value))),
            Kind::Float(value) => Some(TreeNumber(Number::from_f64(value).unwrap_or_else(|| Number::from(0)))),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        self.node().and_then(Node::as_bool)
    }

    fn is_null(&self) -> bool {
        self.kind() == Kind::Null
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Null => JsonType::Null,
            Kind::Bool(_) => JsonType::Boolean,
            Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => JsonType::Number,
            Kind::String(_) => JsonType::String,
            Kind::Sequence => JsonType::Array,
            Kind::Mapping => JsonType::Object,
        }
    }

    fn to_value(&self) -> Cow<'t, Value> {
        let text = match self {
            Tree::Node(node) => to_json(*node).ok(),
            Tree::Text(text) => return Cow::Owned(Value::String((*text).to_owned())),
        };
        Cow::Owned(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    fn identity(&self) -> Option<NodeIdentity> {
        let node = self.node()?;
        Some(NodeIdentity::tagged(std::ptr::from_ref(node.tree()) as usize, node.id().index()))
    }
}

/// The fields of a mapping that are not null.
struct Fields<'t>(Node<'t>);

impl<'t> JsonObject<'t, TreeJson> for Fields<'t> {
    type Node = Tree<'t>;
    type MemberName = &'t str;
    type MembersIter = Box<dyn Iterator<Item = (&'t str, Tree<'t>)> + 't>;

    fn len(&self) -> usize {
        self.0.entries().filter(|entry| !entry.value.is_null()).count()
    }

    fn get(&self, key: &String) -> Option<Tree<'t>> {
        self.0.get(key).map(Tree::Node)
    }

    fn members(&self) -> Self::MembersIter {
        let entries = self.0.entries().filter(|entry| !entry.value.is_null());
        Box::new(entries.map(|entry| (entry.name, Tree::Node(entry.value))))
    }
}

/// The items of a list.
struct Items<'t>(Node<'t>);

impl<'t> Array<'t, TreeJson> for Items<'t> {
    type Node = Tree<'t>;
    type ElementsIter = Box<dyn Iterator<Item = Tree<'t>> + 't>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> Self::ElementsIter {
        Box::new(self.0.items().map(Tree::Node))
    }
}

/// A number of the tree.
struct TreeNumber(Number);

impl JsonNumber for TreeNumber {
    fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Borrowed(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    #[test]
    fn objects_are_judged_over_our_own_tree() {
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
            let found = kind.judge(documents[0].tree.as_ref().expect("it parses").root()).expect("a schema");
            let mut found: Vec<_> = found.iter().map(|f| format!("{} {}", f.rule, f.path)).collect();
            found.sort();
            assert_eq!(found, expected, "{spec}");
        }
    }
}
