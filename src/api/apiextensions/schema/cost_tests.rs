//! Tests of what rules cost. The numbers are those that Kubernetes' own tests expect of the server's estimator.

use super::Schema;
use super::types::Places;
use crate::api::testing::violations;
use crate::cel::{Env, Variable, compile, cost};
use crate::source::{Source, SourceId};
use crate::version::KubeVersion;
use crate::yaml;

fn price(schema: &str, rule: &str) -> u64 {
    let source = Source::from_text(SourceId(0), "schema.yaml", schema);
    let documents = yaml::read(&source, &yaml::Limits::default());
    let tree = documents[0].tree.as_ref().expect("well-formed YAML");
    let schema = Schema(tree.root());
    let mut places = Places::new(schema, false);
    let ty = places.declare(schema, false).expect("a type");
    let variables = vec![Variable::new("self", ty.clone()), Variable::new("oldSelf", ty)];
    let compiled = compile(rule, &mut Env::new(KubeVersion(36), variables, &mut places)).expect("a sound rule");
    cost(&compiled, &mut places)
}

fn list(items: &str, limit: &str) -> String {
    format!("{{type: array, items: {{{items}}}{limit}}}")
}

fn map(values: &str, limit: &str) -> String {
    format!("{{type: object, additionalProperties: {{{values}}}{limit}}}")
}

const OBJECT: &str =
    "type: object, required: [required], properties: {required: {type: string}, optional: {type: string}}";

#[test]
fn lists_and_maps_without_limits() {
    for (items, in_list, in_map) in [
        ("type: number", 4_718_591, 1_348_169),
        ("type: string", 3_145_727, 1_179_647),
        ("type: boolean", 1_887_437, 943_718),
        ("type: array, items: {type: number}", 3_145_727, 1_179_647),
        ("x-kubernetes-int-or-string: true", 4_718_591, 1_348_169),
        ("type: string, format: duration", 2_359_295, 1_048_577),
        ("type: string, format: date", 725_936, 524_288),
        ("type: string, format: date-time", 428_963, 349_526),
        (OBJECT, 555_128, 428_963),
    ] {
        assert_eq!(price(&list(items, ""), "self.all(x, true)"), in_list, "list of {items}");
        assert_eq!(price(&map(items, ""), "self.all(x, true)"), in_map, "map of {items}");
    }
}

#[test]
fn limits_count() {
    assert_eq!(price(&list("type: number", ", maxItems: 10"), "self.all(x, self.all(y, true))"), 352);
    assert_eq!(price(&list("type: number", ", maxItems: 6291456"), "self.all(x, x == 0.0)"), 25_165_826);
    assert_eq!(price(&map("type: boolean", ", maxProperties: 100"), "self.all(x, true)"), 302);
    let nested = format!("type: object, maxProperties: 10, additionalProperties: {{{OBJECT}}}");
    assert_eq!(price(&list(&nested, ", maxItems: 10"), "self.all(x, x['y'].required == 'z')"), 72);
    assert_eq!(price(&list(&nested, ""), "self.all(x, x['y'].required == 'z')"), 7_340_027);
}

#[test]
fn texts_cost_by_their_length() {
    for (schema, rule, cost) in [
        ("{type: string}", "self.contains('test')", 314_574),
        ("{type: string, maxLength: 10}", "self.contains('test')", 5),
        ("{type: string, maxLength: 4}", "size(self + 'hello') > size('hello')", 7),
        ("{type: string, maxLength: 50}", "self.matches('x')", 22),
        ("{type: string, maxLength: 0}", "self == 'x'", 1),
        ("{type: string, format: byte}", "self == b'x'", 2),
        ("{type: string}", "self.find('[0-9]+') == ''", 629_147),
        ("{type: string, enum: [A, B, C, LongValue]}", "self.contains('A')", 2),
        ("{type: string, enum: [A, B], maxLength: 1000}", "self.contains('A')", 401),
        ("{x-kubernetes-int-or-string: true, maxLength: 20}", "isQuantity(self)", 9),
    ] {
        assert_eq!(price(schema, rule), cost, "{schema} {rule}");
    }
    assert_eq!(price(&list("type: string", ", maxItems: 8"), "self[1] == self[1]"), 314_577);
    assert_eq!(price(&list("type: string", ""), "self.join(' ') == 'aa bb'"), 329_853_068_905);
    assert_eq!(price(&list("type: string, maxLength: 10", ", maxItems: 10"), "self.isSorted()"), 51);
    assert_eq!(price(&map("type: string, format: date-time", ""), "self['a'] == self['b']"), 8);
}

fn crd(properties: &str) -> Vec<String> {
    violations(&format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: foos.example.com}}
spec:
  group: example.com
  scope: Namespaced
  names: {{plural: foos, singular: foo, kind: Foo, listKind: FooList}}
  versions:
  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{{properties}}}}}}}}}
"
    ))
}

#[test]
fn rules_that_cost_too_much_are_refused() {
    const ROOT: &str = "forbidden spec.validation.openAPIV3Schema";
    let keyword = "x-kubernetes-validations: [{rule: \"self.contains('keyword')\"}]";
    let found = crd(&format!(
        "list: {{type: array, maxItems: 100000, items: {{type: string, maxLength: 5000, {keyword}}}}}, \
         map: {{type: object, maxProperties: 1000, additionalProperties: {{type: string, maxLength: 5000, {keyword}}}}}, \
         field: {{type: integer, x-kubernetes-validations: [{{rule: self > 50}}]}}"
    ));
    let list = format!("{ROOT}.properties[list].items.x-kubernetes-validations[0].rule");
    let map = format!("{ROOT}.properties[map].additionalProperties.x-kubernetes-validations[0].rule");
    assert_eq!(found, [ROOT.to_owned(), list, map]);
}

#[test]
fn messages_are_not_multiplied() {
    let expensive = "self[0] + self[1] + self[2] + self[3] + self[4] + self[5] + self[6] + self[7]";
    let rules = format!("x-kubernetes-validations: [{{rule: 'true', messageExpression: '{expensive}'}}]");
    let path = "properties[f].x-kubernetes-validations[0].messageExpression";
    let found = crd(&format!("f: {{type: array, items: {{type: string}}, {rules}}}"));
    assert_eq!(found, [format!("forbidden spec.validation.openAPIV3Schema.{path}")]);
}
