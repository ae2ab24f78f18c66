//! Metadata of custom resources, and of the objects embedded in them.
//!
//! In: an object of a kind that a CRD defines. Out: what `ValidateObjectMetaAccessor` and, for fields marked
//! `x-kubernetes-embedded-resource`, `schema/objectmeta` of apiextensions-apiserver say.

use crate::finding::Finding;
use crate::object::Object;
use crate::version::KubeVersion;
use crate::yaml::{Node, Place};

use super::check::{self, names, text};
use super::meta::{self, KindRules};
use super::{ErrorType, Errors};

/// Validates the metadata of a custom resource and of `embedded`: mappings inside it, and their paths.
pub fn validate<'t>(
    object: Object<'t>,
    namespaced: bool,
    embedded: impl IntoIterator<Item = (Node<'t>, String)>,
    version: KubeVersion,
) -> Vec<Finding> {
    let mut errors = Errors::new(object.root, version);
    meta::object_meta(object, KindRules::custom(namespaced), &mut errors);
    let mut findings = errors.into_findings();
    for (node, path) in embedded {
        findings.extend(embedded_object(object, node, &path, version));
    }
    findings
}

/// One embedded object. Its paths begin as its schema has it, which knows free maps from declared fields.
fn embedded_object<'t>(object: Object<'t>, node: Node<'t>, path: &str, version: KubeVersion) -> Vec<Finding> {
    let mut errors = Errors::new(object.root, version);
    embedded_fields(node, &mut errors);
    let guessed = node.path_from(Some(object.root));
    let mut findings = errors.into_findings();
    for finding in &mut findings {
        if let Some(rest) = finding.path.strip_prefix(&guessed) {
            finding.path = format!("{path}{rest}");
        }
    }
    findings
}

/// `apiVersion` and `kind` must be there; the metadata need not.
fn embedded_fields<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    for field in ["apiVersion", "kind"] {
        match node.get(field) {
            None => _ = errors.required(node, field),
            Some(value) if text(value).is_empty() && value.is_string() => {
                _ = errors.invalid(value, "must not be empty")
            }
            Some(value) if field == "apiVersion" && text(value).matches('/').count() > 1 => {
                errors.invalid(value, "has more than one `/`");
            }
            Some(value) if field == "kind" && value.is_string() => {
                check::valid(value, |kind| names::dns_1035_label(&kind.to_lowercase()), errors);
            }
            Some(_) => {}
        }
    }
    if let Some(metadata) = node.get("metadata").filter(|metadata| metadata.is_mapping()) {
        embedded_metadata(metadata, errors);
    }
}

fn embedded_metadata<'t>(metadata: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(name) = metadata.get("name").filter(|name| !is_path_segment(text(*name))) {
        errors.error(ErrorType::Invalid, Place::Value(name), "may be neither `.` nor `..`, nor hold `/` or `%`");
    }
    if let Some(namespace) = metadata.get("namespace").filter(|node| !text(*node).is_empty()) {
        check::valid(namespace, names::dns_label, errors);
    }
    check::number::non_negative(metadata, "generation", errors);
    meta::inner(metadata, errors);
}

/// `IsPathSegmentName`.
fn is_path_segment(name: &str) -> bool {
    !matches!(name, "." | "..") && !name.contains(['/', '%'])
}
