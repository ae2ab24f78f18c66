//! Custom resources against small CRDs.

use crate::object::Object;
use crate::schema::{SchemaStatus, Schemas};
use crate::source::{Source, SourceId};
use crate::version::KubeVersion;
use crate::yaml::{Document, Limits, read};

const CRD: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Boat, plural: boats}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.crew, statusReplicasPath: .status.crew}}
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [name, mode]
            properties:
              name: {type: string, maxLength: 5, pattern: '^\\w+$'}
              mode: {type: string, enum: [sail, oars], default: sail}
              crew: {type: integer, format: int32, minimum: -9}
              port: {x-kubernetes-int-or-string: true}
              launched: {type: string, format: date}
              loose: {type: object, x-kubernetes-preserve-unknown-fields: true}
              any: {type: object, additionalProperties: true}
              flags: {type: array, x-kubernetes-list-type: set, items: {type: string}}
              masts:
                type: array
                maxItems: 2
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [at]
                items: {type: object, required: [at], properties: {at: {type: string, default: bow}}}
              cargo: {type: object, additionalProperties: {type: integer, nullable: true}}
              pick:
                type: object
                properties: {a: {type: string}, b: {type: string}}
                oneOf: [{required: [a]}, {required: [b]}]
              inner: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
          status: {type: object, properties: {crew: {type: integer}}}
  - {name: v0, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
";

fn documents(text: &str) -> Vec<Document> {
    read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default())
}

fn object(documents: &[Document]) -> Object<'_> {
    Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object")
}

/// `rule path` of every finding on a Boat with that spec, sorted.
fn boat(spec: &str) -> Vec<String> {
    check(&format!("apiVersion: example.org/v1\nkind: Boat\nmetadata: {{name: a}}\nspec: {spec}\n")).1
}

fn check(text: &str) -> (SchemaStatus, Vec<String>) {
    let (crd, documents) = (documents(CRD), documents(text));
    let schemas = Schemas::new(KubeVersion::NEWEST).with_crds([object(&crd)]);
    let result = schemas.check(object(&documents));
    let mut found: Vec<_> = result.findings.iter().map(|f| format!("{} {}", f.rule, f.path)).collect();
    found.sort();
    (result.outcome, found)
}

#[test]
fn a_good_object_passes() {
    let spec =
        "{name: ada, crew: 3.0, port: http, launched: 2026-01-31, loose: {x: {y: 1}}, any: {x: 1}, cargo: {tea: null}}";
    assert_eq!(boat(spec), Vec::<String>::new());
}

#[test]
fn values_are_checked_as_the_server_checks_them() {
    for (spec, expected) in [
        ("{name: ada, mode: steam}", vec!["not-supported spec.mode"]),
        ("{mode: null}", vec!["required spec.name"]),
        ("{name: adalovelace}", vec!["too-long spec.name"]),
        ("{name: 'a b'}", vec!["invalid spec.name"]),
        ("{name: ada, crew: 1.5}", vec!["invalid .spec.crew", "type-invalid spec.crew"]),
        ("{name: ada, crew: -1}", vec!["invalid .spec.crew"]),
        ("{name: ada, port: true}", vec!["type-invalid spec.port"]),
        ("{name: ada, launched: someday}", vec!["type-invalid spec.launched"]),
        ("{name: ada, launched: [1]}", vec![]),
        ("{name: ada, cargo: {tea: x}}", vec!["type-invalid spec.cargo.tea"]),
        ("{name: ada, pick: {}}", vec!["invalid spec.pick", "required spec.pick.a"]),
        ("{name: ada, pick: {a: x, b: x}}", vec!["invalid spec.pick"]),
        ("[]", vec!["invalid .spec.crew", "type-invalid spec"]),
        ("null", vec!["required spec"]),
    ] {
        assert_eq!(boat(spec), expected, "{spec}");
    }
}

#[test]
fn undeclared_fields_are_unknown() {
    for (spec, expected) in [
        ("{name: ada, mood: 1}", vec!["unknown-field spec.mood"]),
        ("{name: {a: 1}}", vec!["type-invalid spec.name", "unknown-field spec.name.a"]),
        ("{name: ada, any: {a: {b: 1}}}", vec!["unknown-field spec.any.a.b"]),
        (
            "{name: ada, inner: {metadata: {name: a, labls: {}}, data: 1}}",
            vec!["unknown-field spec.inner.metadata.labls"],
        ),
    ] {
        assert_eq!(boat(spec), expected, "{spec}");
    }
}

#[test]
fn lists_hold_each_item_once() {
    for (spec, expected) in [
        ("{name: ada, flags: [x, z, x, x]}", vec!["duplicate spec.flags[2]"]),
        ("{name: ada, masts: [{at: bow}, {}]}", vec!["duplicate spec.masts[1]"]),
        ("{name: ada, masts: [{at: a}, {at: b}, {at: c}]}", vec!["too-many spec.masts"]),
    ] {
        assert_eq!(boat(spec), expected, "{spec}");
    }
}

#[test]
fn status_is_dropped_but_for_unknown_fields() {
    let text = "apiVersion: example.org/v1\nkind: Boat\nspec: {name: ada}\nstatus: {crew: many, mood: 1}\n";
    assert_eq!(check(text).1, ["unknown-field status.mood"]);
}

#[test]
fn kinds_and_versions_are_those_of_the_crd() {
    for (api_version, kind, outcome, expected) in [
        ("example.org/v2", "Boat", SchemaStatus::Refused, vec!["unknown-kind apiVersion"]),
        ("example.org/v0", "Boat", SchemaStatus::Refused, vec!["unknown-kind apiVersion"]),
        ("Example.org/v1", "Boat", SchemaStatus::Refused, vec!["unknown-kind apiVersion"]),
        ("example.org/v1", "boat", SchemaStatus::Refused, vec!["unknown-kind kind"]),
        ("example.org/v1", "Harbour", SchemaStatus::NoSchema, vec![]),
        ("example.com/v1", "Boat", SchemaStatus::NoSchema, vec![]),
    ] {
        let text = format!("apiVersion: {api_version}\nkind: {kind}\nspec: {{name: a}}\n");
        let expected = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(check(&text), (outcome, expected), "{api_version} {kind}");
    }
}

#[test]
fn deep_schemas_and_objects_do_not_overflow_the_stack() {
    let depth = 3_000;
    let (open, close) = ("{type: object, properties: {a: ".repeat(depth), "}}".repeat(depth));
    let crd = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec:\n  group: example.org\n  names: {{kind: Boat}}\n  \
         versions: [{{name: v1, served: true, schema: {{openAPIV3Schema: {open}{{type: string}}{close}}}}}]\n"
    );
    let (maps, ends) = ("{a: ".repeat(depth), "}".repeat(depth));
    let (lists, list_ends) = ("[".repeat(depth), "]".repeat(depth));
    let text = format!("apiVersion: example.org/v1\nkind: Boat\na: {maps}1{ends}\nb: {lists}{list_ends}\n");
    let (crd, documents) = (documents(&crd), documents(&text));
    let schemas = Schemas::new(KubeVersion::NEWEST).with_crds([object(&crd)]);
    assert_eq!(schemas.check(object(&documents)).findings.len(), 1, "only `b` is unknown");
}
