//! Reading an object's fields as Go's decoder reads them.
//!
//! In: a node and the definition it should have. Out: findings: values of the wrong type, unknown fields, texts that a type
//! with its own syntax refuses. Null is absent everywhere. Unlike the server, which stops at the first type error and hides
//! unknown fields behind it, all of them are reported. Mirrors sigs.k8s.io/json (case-sensitive, strict) and the
//! `UnmarshalJSON` methods of apimachinery and apiextensions.

use crate::finding::Finding;
use crate::go::{base64, time};
use crate::yaml::{Kind, Node};

use super::bundle::{Definition, Type, Version};
use super::messages::Messages;
use super::scalar;

/// What wants to see the typed objects that decoding passes, so that nobody walks the tree a second time.
pub trait Visit<'t> {
    /// A mapping, and the definition its fields have: or a null item of a list or map, which is to the server a structure
    /// with no field set. Parents come before children.
    fn object(&mut self, node: Node<'t>, definition: &'static Definition);
}

/// Sees nothing.
pub struct Ignore;

impl<'t> Visit<'t> for Ignore {
    fn object(&mut self, _: Node<'t>, _: &'static Definition) {}
}

/// Decodes `root` as an object of `definition`.
pub fn decode(root: Node<'_>, definition: &'static Definition, version: &'static Version) -> Vec<Finding> {
    decode_with(root, definition, version, &mut Ignore)
}

/// Decodes the `metadata` of an object, or of one embedded in it.
pub(super) fn decode_metadata<'t>(root: Node<'t>, metadata: Node<'t>, version: &'static Version) -> Vec<Finding> {
    decode_part(root, metadata, OBJECT_META, version)
}

/// Decodes a part of an object as a definition of that name, where the version has it.
pub(super) fn decode_part<'t>(root: Node<'t>, part: Node<'t>, name: &str, version: &'static Version) -> Vec<Finding> {
    let Some(definition) = version.definition_named(name) else { return Vec::new() };
    let mut messages = Messages::new(root, part, definition, version);
    if !part.is_mapping() {
        if !part.is_null() {
            messages.wrong_type(part, "a map");
        }
        return messages.into_findings();
    }
    run(messages, part, definition, version, &mut Ignore)
}

/// The same as [`decode`], with somebody watching.
pub fn decode_with<'t>(
    root: Node<'t>,
    definition: &'static Definition,
    version: &'static Version,
    visit: &mut impl Visit<'t>,
) -> Vec<Finding> {
    run(Messages::new(root, root, definition, version), root, definition, version, visit)
}

fn run<'t>(
    messages: Messages<'t>,
    node: Node<'t>,
    definition: &'static Definition,
    version: &'static Version,
    visit: &mut impl Visit<'t>,
) -> Vec<Finding> {
    let mut decoder = Decoder { version, work: Vec::with_capacity(32), messages };
    decoder.fields(node, definition, false, visit);
    while let Some(step) = decoder.work.pop() {
        decoder.value(step, visit);
    }
    decoder.messages.into_findings()
}

/// A value still to be read. A work list instead of recursion: schemas of CRDs nest as deep as the text does.
#[derive(Clone, Copy)]
struct Step<'t> {
    node: Node<'t>,
    ty: Type,
    /// Unknown fields are let through: below a type that reads its JSON with a decoder of its own.
    lax: bool,
}

struct Decoder<'t> {
    version: &'static Version,
    work: Vec<Step<'t>>,
    messages: Messages<'t>,
}

impl<'t> Decoder<'t> {
    fn fields(&mut self, node: Node<'t>, definition: &'static Definition, lax: bool, visit: &mut impl Visit<'t>) {
        visit.object(node, definition);
        for entry in node.entries() {
            match definition.field(entry.name) {
                Some(field) if entry.value.is_null() || field.ty == Type::Any => {}
                Some(field) if field.ty == Type::String && entry.value.is_string() => {}
                Some(field) => self.work.push(Step { node: entry.value, ty: field.ty, lax }),
                None if lax => {}
                None => self.messages.unknown_field(entry, definition),
            }
        }
    }

    fn value(&mut self, step: Step<'t>, visit: &mut impl Visit<'t>) {
        let Step { node, ty, lax } = step;
        if node.is_null() {
            if let Type::Object(name) = ty {
                self.version.definition(name).into_iter().for_each(|definition| visit.object(node, definition));
            }
            return;
        }
        match ty {
            Type::List(list) if node.is_sequence() => self.items(node, list.item, lax),
            Type::Map(value) if node.is_mapping() => self.entries(node, *value, lax),
            Type::Object(name) if node.is_mapping() => {
                if let Some(definition) = self.version.definition(name) {
                    self.fields(node, definition, lax, visit);
                }
            }
            Type::SchemaOrBool | Type::SchemaOrArray | Type::SchemaOrStrings => self.schema_or(node, ty, visit),
            _ => self.scalar(node, ty),
        }
    }

    fn items(&mut self, node: Node<'t>, ty: Type, lax: bool) {
        if ty != Type::Any {
            self.work.extend(node.items().map(|node| Step { node, ty, lax }));
        }
    }

    fn entries(&mut self, node: Node<'t>, ty: Type, lax: bool) {
        if ty != Type::Any {
            self.work.extend(node.entries().map(|entry| Step { node: entry.value, ty, lax }));
        }
    }

    /// The three unions in a CRD's schema. Below them unknown fields pass, as their `UnmarshalJSON` is not strict; and
    /// two of them take any scalar for nothing.
    fn schema_or(&mut self, node: Node<'t>, ty: Type, visit: &mut impl Visit<'t>) {
        let schema = self.version.definition_named(SCHEMA);
        match (node.kind(), ty) {
            (Kind::Mapping, _) => {
                if let Some(schema) = schema {
                    self.fields(node, schema, true, visit);
                }
            }
            (Kind::Sequence, Type::SchemaOrStrings) => self.items(node, Type::String, true),
            (Kind::Sequence, Type::SchemaOrArray) => self.schemas(node, visit),
            (Kind::Bool(_), _) | (_, Type::SchemaOrArray | Type::SchemaOrStrings) => {}
            _ => self.messages.wrong_type(node, "true, false or a schema"),
        }
    }

    fn schemas(&mut self, node: Node<'t>, visit: &mut impl Visit<'t>) {
        let Some(schema) = self.version.definition_named(SCHEMA) else { return };
        for item in node.items() {
            match item.kind() {
                Kind::Mapping => self.fields(item, schema, true, visit),
                Kind::Null => {}
                _ => self.messages.wrong_type(item, "a schema"),
            }
        }
    }

    fn scalar(&mut self, node: Node<'t>, ty: Type) {
        match (ty, node.kind()) {
            (Type::String | Type::IntOrString, Kind::String(_)) | (Type::Bool, Kind::Bool(_)) => {}
            (Type::Double, Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)) => {}
            (Type::Int32 | Type::IntOrString, Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)) => self.integer(node, 32),
            (Type::Int64, Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)) => self.integer(node, 64),
            (Type::Quantity, Kind::String(text)) => self.quantity(node, text),
            (Type::Quantity, Kind::Int(_) | Kind::UInt(_) | Kind::Float(_)) => {}
            (Type::Time, Kind::String(text)) if time::time(text) => {}
            (Type::MicroTime, Kind::String(text)) if time::micro_time(text) => {}
            (Type::Time | Type::MicroTime, Kind::String(_)) => self.messages.invalid_time(node, ty),
            (Type::Bytes, Kind::String(text)) => self.base64(node, text),
            (Type::Bytes, Kind::Sequence) => self.bytes(node),
            _ => self.messages.wrong_type(node, expected(ty)),
        }
    }

    fn integer(&mut self, node: Node<'t>, bits: u8) {
        let fits = match node.as_i64() {
            Some(value) => bits == 64 || i32::try_from(value).is_ok(),
            None => false,
        };
        if !fits {
            self.messages.bad_integer(node, bits);
        }
    }

    fn quantity(&mut self, node: Node<'t>, text: &str) {
        if let Err(error) = scalar::quantity(text) {
            self.messages.invalid_quantity(node, error);
        }
    }

    fn base64(&mut self, node: Node<'t>, text: &str) {
        if let Some(at) = base64::error(text) {
            self.messages.invalid_base64(node, text, at);
        }
    }

    /// Go reads a list of numbers into bytes too.
    fn bytes(&mut self, node: Node<'t>) {
        for item in node.items() {
            let fits = item.as_i64().is_some_and(|byte| (0..256).contains(&byte));
            if !fits && !item.is_null() {
                self.messages.wrong_type(item, "a number from 0 to 255");
            }
        }
    }
}

const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const SCHEMA: &str = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";

/// What a person would write for a type.
fn expected(ty: Type) -> &'static str {
    match ty {
        Type::Any => "anything",
        Type::String => "a string",
        Type::Bool => "true or false",
        Type::Int32 | Type::Int64 => "an integer",
        Type::Double => "a number",
        Type::Bytes => "a base64 string",
        Type::Quantity => "a quantity such as 500m or 1Gi",
        Type::IntOrString => "an integer or a string",
        Type::Time | Type::MicroTime => "a time such as 2026-01-31T08:00:00Z, as a string",
        Type::List(_) => "a list",
        Type::Map(_) | Type::Object(_) => "a map",
        Type::SchemaOrBool | Type::SchemaOrArray | Type::SchemaOrStrings => "a schema",
    }
}

#[cfg(test)]
mod tests {
    use crate::object::Object;
    use crate::schema::Schemas;
    use crate::source::{Source, SourceId};
    use crate::version::KubeVersion;
    use crate::yaml::{Limits, read};

    /// `rule path` of every finding, with the help after it where there is one.
    fn findings(text: &str) -> Vec<String> {
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = read(&source, &Limits::default());
        let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
        let schemas = Schemas::new(KubeVersion(36));
        let mut found = schemas.check(object).findings;
        found.sort_by_key(|finding| finding.primary.span);
        let show = |f: &crate::finding::Finding| match &f.help {
            Some(help) => format!("{} {}: {help}", f.rule, f.path),
            None => format!("{} {}", f.rule, f.path),
        };
        found.iter().map(show).collect()
    }

    const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\n";

    #[test]
    fn unknown_fields_are_told_what_was_meant() {
        let text = format!("{DEPLOYMENT}  lbaels: {{}}\nspec:\n  replica: 1\n  image: x\nreplicas: 1\n");
        let expected = [
            "unknown-field metadata.lbaels: did you mean `labels`?",
            "unknown-field spec.replica: did you mean `replicas`?",
            "unknown-field spec.image",
            "unknown-field replicas: `replicas` belongs in `spec`",
        ];
        assert_eq!(findings(&text), expected);
    }

    #[test]
    fn a_field_at_the_wrong_level_is_sent_home() {
        let pod =
            "apiVersion: v1\nkind: Pod\nspec:\n  livenessProbe: {}\n  containers:\n  - name: a\n    nodeSelector: {}\n";
        let expected = [
            "unknown-field spec.livenessProbe: `livenessProbe` belongs in an item of `containers`",
            "unknown-field spec.containers[0].nodeSelector: `nodeSelector` belongs in `spec`: check the indentation",
        ];
        assert_eq!(findings(pod), expected);
    }

    #[test]
    fn values_are_read_as_go_reads_them() {
        let text = format!(
            "{DEPLOYMENT}  labels: {{a: 1, b: null}}\nspec:\n  replicas: 3.0\n  paused: yes\n  minReadySeconds: 1.5\n  \
             revisionHistoryLimit: 2147483648\n  progressDeadlineSeconds: \"5\"\n  template: null\n  selector: []\n"
        );
        let expected = [
            "wrong-type metadata.labels[a]: put it in quotes: \"1\"",
            "wrong-type spec.minReadySeconds",
            "wrong-type spec.revisionHistoryLimit",
            "wrong-type spec.progressDeadlineSeconds: write 5 without quotes",
            "wrong-type spec.selector: this field takes one map, without a `-`",
        ];
        assert_eq!(findings(&text), expected);
    }

    #[test]
    fn texts_with_a_syntax_of_their_own_are_checked() {
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {creationTimestamp: today}\nspec:\n  containers:\n  \
                   - resources: {limits: {cpu: 100mi, memory: 1Gi}}\n    ports: [{containerPort: http}]\n    \
                   livenessProbe: {httpGet: {port: http}}\n";
        let expected = [
            "invalid-time metadata.creationTimestamp: write it as 2026-01-31T08:00:00Z",
            "invalid-quantity spec.containers[0].resources.limits[cpu]: did you mean `100Mi`?",
            "wrong-type spec.containers[0].ports[0].containerPort",
        ];
        assert_eq!(findings(pod), expected);
        let secret = "apiVersion: v1\nkind: Secret\ndata: {a: hello world, b: aGVsbG8=, c: [1, 2]}\n";
        assert_eq!(findings(secret), ["invalid-base64 data[a]: use `stringData` for values that are not encoded"]);
    }

    #[test]
    fn schemas_in_schemas_are_read_laxly_below_items() {
        let text = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  versions:\n  - schema:\n      \
                    openAPIV3Schema: {banana: 1, items: {banana: 1, type: 2}, additionalProperties: 3, not: {apple: 1}}\n";
        let expected = [
            "unknown-field spec.versions[0].schema.openAPIV3Schema.banana",
            "wrong-type spec.versions[0].schema.openAPIV3Schema.items.type: put it in quotes: \"2\"",
            "wrong-type spec.versions[0].schema.openAPIV3Schema.additionalProperties",
            "unknown-field spec.versions[0].schema.openAPIV3Schema.not.apple",
        ];
        assert_eq!(findings(text), expected);
    }

    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let (open, close) = ("{not: ".repeat(200), "}".repeat(200));
        let text = format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  versions:\n  - schema:\n      \
             openAPIV3Schema: {open}{{}}{close}\n"
        );
        assert_eq!(findings(&text), Vec::<String>::new());
    }
}
