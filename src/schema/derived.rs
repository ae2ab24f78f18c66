//! Kinds that others than CustomResourceDefinitions of `v1` define.
//!
//! In: an object that defines kinds: a CustomResourceDefinition of `v1beta1`, a CompositeResourceDefinition of Crossplane, a
//! ConstraintTemplate of Gatekeeper, a ResourceGraphDefinition of kro. Out: the CustomResourceDefinitions that its controller
//! makes of it, as documents, so that there is one way to check a custom resource.

use serde_json::{Map, Value, json};

use crate::object::Object;
use crate::source::Source;
use crate::yaml::{Document, Limits, Node, read, to_json};

/// Whether an object that is no CustomResourceDefinition defines kinds.
pub fn defines_otherwise(object: Object<'_>) -> bool {
    matches!(
        (object.gvk.group, object.gvk.kind),
        ("apiextensions.crossplane.io", "CompositeResourceDefinition")
            | ("templates.gatekeeper.sh", "ConstraintTemplate")
            | ("kro.run", "ResourceGraphDefinition")
    )
}

/// The definitions of those wanted of the kinds that an object defines.
pub fn derived(object: Object<'_>, wanted: &dyn Fn(&str, &str) -> bool) -> Vec<Document> {
    let definitions = match (object.gvk.group, object.gvk.kind) {
        ("apiextensions.k8s.io", "CustomResourceDefinition") if object.gvk.version == "v1beta1" => {
            older(object, wanted)
        }
        ("apiextensions.crossplane.io", "CompositeResourceDefinition") => composites(object, wanted),
        ("templates.gatekeeper.sh", "ConstraintTemplate") => constraint(object, wanted).into_iter().collect(),
        ("kro.run", "ResourceGraphDefinition") => instance(object, wanted).into_iter().collect(),
        _ => Vec::new(),
    };
    let source = object.root.tree().source();
    let document = |text: String| read(&Source::from_text(source, "", text), &Limits::default());
    definitions.into_iter().flat_map(|definition| document(definition.to_string())).collect()
}

/// A definition with the schemas of its versions: name, whether it is served, schema.
fn definition(group: &str, kind: &str, namespaced: bool, versions: Vec<(String, bool, Value)>) -> Value {
    let version = |(name, served, schema): (String, bool, Value)| {
        json!({"name": name, "served": served, "storage": false, "subresources": {"status": {}},
               "schema": {"openAPIV3Schema": schema}})
    };
    let scope = if namespaced { "Namespaced" } else { "Cluster" };
    json!({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
           "spec": {"group": group, "scope": scope, "names": {"kind": kind},
                    "versions": versions.into_iter().map(version).collect::<Vec<_>>()}})
}

fn json_of(node: Node<'_>) -> Option<Value> {
    serde_json::from_str(&to_json(node).ok()?).ok()
}

/// A value of any kind.
fn anything() -> Value {
    json!({"x-kubernetes-preserve-unknown-fields": true})
}

/// A CustomResourceDefinition of `v1beta1`: it may have one version and one schema for all, and keeps unknown fields unless it
/// says otherwise.
fn older(object: Object<'_>, wanted: &dyn Fn(&str, &str) -> bool) -> Vec<Value> {
    let Some(spec) = object.spec() else { return Vec::new() };
    let kind = spec.at(&["names", "kind"]).and_then(Node::as_str);
    let (Some(group), Some(kind)) = (spec.str_at("group"), kind) else { return Vec::new() };
    if !wanted(group, kind) {
        return Vec::new();
    }
    let open = spec.get("preserveUnknownFields").and_then(Node::as_bool) != Some(false);
    let common = spec.at(&["validation", "openAPIV3Schema"]);
    let schema = |own: Option<Node<'_>>| {
        let mut schema = own.or(common).and_then(json_of).unwrap_or_else(anything);
        if open {
            keep_unknown(&mut schema);
        }
        schema
    };
    let of_list = spec.get("versions").into_iter().flat_map(Node::items).filter_map(|version| {
        let served = version.get("served").and_then(Node::as_bool) == Some(true);
        Some((version.str_at("name")?.to_owned(), served, schema(version.at(&["schema", "openAPIV3Schema"]))))
    });
    let mut versions: Vec<_> = of_list.collect();
    if let Some(name) = spec.str_at("version").filter(|_| versions.is_empty()) {
        versions.push((name.to_owned(), true, schema(None)));
    }
    vec![definition(group, kind, spec.str_at("scope") != Some("Cluster"), versions)]
}

/// Has a schema keep unknown fields at every level.
fn keep_unknown(schema: &mut Value) {
    let Value::Object(map) = schema else { return };
    for (key, value) in map.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(keep_unknown),
            ("items" | "additionalProperties", value) => keep_unknown(value),
            _ => {}
        }
    }
    if !map.contains_key("items") {
        map.insert("x-kubernetes-preserve-unknown-fields".to_owned(), true.into());
    }
}

/// Fields that Crossplane adds to the `spec` of composite resources and claims.
const COMPOSED: [&str; 14] = [
    "claimRef",
    "compositeDeletePolicy",
    "compositionRef",
    "compositionRevisionRef",
    "compositionRevisionSelector",
    "compositionSelector",
    "compositionUpdatePolicy",
    "crossplane",
    "environmentConfigRefs",
    "managementPolicies",
    "publishConnectionDetailsTo",
    "resourceRef",
    "resourceRefs",
    "writeConnectionSecretToRef",
];

/// Fields that it adds to their `status`.
const REPORTED: [&str; 4] = ["claimConditionTypes", "conditions", "connectionDetails", "crossplane"];

/// What Crossplane makes of a CompositeResourceDefinition: the composite resource and its claim.
fn composites(object: Object<'_>, wanted: &dyn Fn(&str, &str) -> bool) -> Vec<Value> {
    let Some(spec) = object.spec() else { return Vec::new() };
    let Some(group) = spec.str_at("group") else { return Vec::new() };
    // In `v2` composite resources live in namespaces unless the definition says otherwise.
    let namespaced = match spec.str_at("scope") {
        Some(scope) => scope == "Namespaced",
        None => object.gvk.version == "v2",
    };
    let kind = |names: &str| spec.at(&[names, "kind"]).and_then(Node::as_str);
    let kinds = [(kind("names"), namespaced), (kind("claimNames"), true)];
    let of_kind = |(kind, namespaced): (Option<&str>, bool)| {
        let kind = kind.filter(|kind| wanted(group, kind))?;
        let versions = spec.get("versions")?.items().filter_map(composed);
        Some(definition(group, kind, namespaced, versions.collect()))
    };
    kinds.into_iter().filter_map(of_kind).collect()
}

/// A version of a composite resource.
fn composed(version: Node<'_>) -> Option<(String, bool, Value)> {
    let served = version.get("served").and_then(Node::as_bool) == Some(true);
    let schema = version.at(&["schema", "openAPIV3Schema"]).and_then(json_of).unwrap_or_else(anything);
    let with = |part: Option<Value>, added: &[&str]| {
        let part = part.unwrap_or_else(|| json!({"type": "object"}));
        change(part, "properties", |fields| {
            let mut fields = map_of(fields.unwrap_or_default());
            for name in added.iter().filter(|name| !fields.contains_key(**name)).collect::<Vec<_>>() {
                fields.insert((*name).to_owned(), anything());
            }
            Value::Object(fields)
        })
    };
    let schema = change(schema, "properties", |parts| {
        let parts = change(parts.unwrap_or_default(), "spec", |spec| with(spec, &COMPOSED));
        change(parts, "status", |status| with(status, &REPORTED))
    });
    Some((version.str_at("name")?.to_owned(), served, schema))
}

/// A map with one of its values changed.
fn change(map: Value, key: &str, with: impl FnOnce(Option<Value>) -> Value) -> Value {
    let mut map = map_of(map);
    let value = with(map.remove(key));
    map.insert(key.to_owned(), value);
    Value::Object(map)
}

/// The map that a value is; an empty one for any other.
fn map_of(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// What Gatekeeper makes of a ConstraintTemplate.
fn constraint(object: Object<'_>, wanted: &dyn Fn(&str, &str) -> bool) -> Option<Value> {
    const GROUP: &str = "constraints.gatekeeper.sh";
    let crd = object.spec()?.at(&["crd", "spec"])?;
    let kind = crd.at(&["names", "kind"])?.as_str().filter(|kind| wanted(GROUP, kind))?;
    let validation = crd.get("validation");
    let legacy = validation.and_then(|validation| validation.get("legacySchema")).and_then(Node::as_bool);
    let mut parameters =
        validation.and_then(|validation| validation.get("openAPIV3Schema")).and_then(json_of).unwrap_or_else(anything);
    if legacy.unwrap_or(object.gvk.version != "v1") {
        keep_unknown(&mut parameters);
    }
    let spec = json!({"type": "object", "properties": {
        "match": anything(), "parameters": parameters, "enforcementAction": {"type": "string"},
        "scopedEnforcementActions": anything()}});
    let schema = json!({"type": "object", "properties": {"spec": spec, "status": anything()}});
    let versions = ["v1", "v1beta1", "v1alpha1"].map(|name| (name.to_owned(), true, schema.clone()));
    Some(definition(GROUP, kind, false, versions.into()))
}

/// What kro makes of a ResourceGraphDefinition.
fn instance(object: Object<'_>, wanted: &dyn Fn(&str, &str) -> bool) -> Option<Value> {
    let schema = object.spec()?.get("schema")?;
    let group = schema.str_at("group").unwrap_or("kro.run");
    let kind = schema.str_at("kind").filter(|kind| wanted(group, kind))?;
    let types = schema.get("types");
    let spec = schema.get("spec").map_or_else(anything, |spec| fields(spec, types, 0));
    let whole = json!({"type": "object", "properties": {"spec": spec, "status": anything()}});
    Some(definition(group, kind, true, vec![(schema.str_at("apiVersion")?.to_owned(), true, whole)]))
}

/// Deeper types than this are not followed: they may name themselves.
const DEEPEST: usize = 16;

/// A map of fields as kro writes it: `name: string | required=true`.
fn fields(node: Node<'_>, types: Option<Node<'_>>, depth: usize) -> Value {
    if let Some(text) = node.as_str() {
        return of_type(text.split('|').next().unwrap_or("").trim(), types, depth);
    }
    if !node.is_mapping() || depth > DEEPEST {
        return anything();
    }
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for entry in node.entries() {
        let marks = entry.value.as_str().and_then(|text| text.split_once('|')).map_or("", |(_, marks)| marks);
        let mut schema = fields(entry.value, types, depth + 1);
        if let Some(values) = mark(marks, "enum") {
            let values = values.split(',').map(str::trim).collect();
            schema = change(schema, "enum", |_| values);
        }
        if mark(marks, "required") == Some("true") && mark(marks, "default").is_none() {
            required.push(Value::from(entry.name));
        }
        properties.insert(entry.name.to_owned(), schema);
    }
    let mut schema = json!({"type": "object", "properties": properties});
    if !required.is_empty() {
        schema = change(schema, "required", |_| required.into());
    }
    schema
}

/// The value of a mark such as `required=true` or `enum="a,b"`.
fn mark<'m>(marks: &'m str, name: &str) -> Option<&'m str> {
    let at = marks.match_indices(name).map(|(at, _)| at).find(|&at| {
        let before = marks[..at].chars().next_back();
        marks[at + name.len()..].starts_with('=') && before.is_none_or(|c| c.is_whitespace())
    })?;
    let value = &marks[at + name.len() + 1..];
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split_whitespace().next(),
    }
}

/// A type by its name.
fn of_type(name: &str, types: Option<Node<'_>>, depth: usize) -> Value {
    if depth > DEEPEST {
        return anything();
    }
    if let Some(item) = name.strip_prefix("[]") {
        return json!({"type": "array", "items": of_type(item, types, depth + 1)});
    }
    if let Some(value) = name.strip_prefix("map[string]") {
        return json!({"type": "object", "additionalProperties": of_type(value, types, depth + 1)});
    }
    match name {
        "string" | "integer" | "boolean" => json!({"type": name}),
        "number" | "float" => json!({"type": "number"}),
        _ => match types.and_then(|types| types.get(name)) {
            Some(own) => fields(own, types, depth + 1),
            None => anything(),
        },
    }
}
