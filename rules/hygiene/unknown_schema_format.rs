use crate::rule::prelude::*;

rule! {
    /// A `format` in a CustomResourceDefinition that Kubernetes does not know.
    ///
    /// It is ignored: values are not checked against it.
    ///
    /// **How to fix**: use a format that Kubernetes knows (`date-time`, `duration`, `ipv4`, `uri`, `int32` ...), or a
    /// `pattern`.
    id: "unknown-schema-format",
    severity: Info,
    references: &["https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation"],
    check: Check::Kind(&["apiextensions.k8s.io/CustomResourceDefinition"], check),
}

/// Formats of strings; dashes do not count.
const KNOWN: &[&str] = &[
    "bsonobjectid",
    "uri",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "cidr",
    "mac",
    "uuid",
    "uuid3",
    "uuid4",
    "uuid5",
    "isbn",
    "isbn10",
    "isbn13",
    "creditcard",
    "ssn",
    "hexcolor",
    "rgbcolor",
    "byte",
    "password",
    "date",
    "duration",
    "datetime",
];

/// Formats of strings that Kubernetes knows since 1.34.
const NEW: &[&str] = &["k8sshortname", "k8slongname"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let versions = spec.get("versions").into_iter().flat_map(Node::items);
    let roots = versions.map(|version| version.get("schema")).chain([spec.get("validation")]);
    let mut open: Vec<Node<'_>> = roots.flatten().filter_map(|schema| schema.get("openAPIV3Schema")).collect();
    while let Some(schema) = open.pop() {
        check_one(schema, context);
        children(schema, &mut open);
    }
}

fn check_one(schema: Node<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = schema.get("format") else { return };
    let format = node.as_str().unwrap_or_default();
    let kind = schema.str_at("type").unwrap_or_default();
    if !format.is_empty() && !is_known(kind, format, context.version) {
        let what = if kind.is_empty() { "values" } else { kind };
        context
            .report(node, format!("Kubernetes has no format `{format}` for {what}, and ignores it"))
            .help("use another format, or a `pattern`");
    }
}

fn is_known(kind: &str, format: &str, version: KubeVersion) -> bool {
    let plain = format.replace('-', "");
    match kind {
        "" | "string" => KNOWN.contains(&&*plain) || NEW.contains(&&*plain) && version >= KubeVersion(34),
        "integer" => matches!(format, "int32" | "int64"),
        "number" => matches!(format, "float" | "double"),
        _ => false,
    }
}

/// The schemas right within a schema.
fn children<'t>(schema: Node<'t>, open: &mut Vec<Node<'t>>) {
    for map in ["properties", "patternProperties", "definitions"] {
        open.extend(schema.get(map).into_iter().flat_map(Node::entries).map(|entry| entry.value));
    }
    for list in ["allOf", "anyOf", "oneOf"] {
        open.extend(schema.get(list).into_iter().flat_map(Node::items));
    }
    for single in ["items", "additionalProperties", "not"] {
        open.extend(schema.get(single));
    }
}
