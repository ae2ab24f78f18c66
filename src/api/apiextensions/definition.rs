//! The definition as a whole.
//!
//! In: a CustomResourceDefinition. Out: violations. Mirrors `ValidateCustomResourceDefinition`,
//! `validateCustomResourceDefinitionSpec` and `ValidateCustomResourceDefinitionStoredVersions`, with the defaults of
//! `SetDefaults_CustomResourceDefinitionSpec` and the status that `PrepareForCreate` makes.

use std::collections::HashSet;

use super::layout::Part;
use super::{approval, columns, conversion, names, schema, selectable, version};
use crate::api::check::{self, names as name_rules, text_at};
use crate::api::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// Validates a definition.
pub(super) fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = object.spec() else {
        for field in ["spec.group", "spec.scope", "spec.versions", "spec.names"] {
            errors.error(ErrorType::Required, Place::missing(object.root, field), "`spec` is required");
        }
        return;
    };
    group(spec, errors);
    check::required_one_of(spec, "scope", &["Cluster", "Namespaced"], errors);
    names::validate(spec, errors);
    let versions: Vec<_> = spec.get("versions").into_iter().flat_map(Node::items).collect();
    for one in &versions {
        version::validate(*one, errors);
    }
    storage(spec, &versions, errors);
    parts(&versions, errors);
    preserve(spec, errors);
    conversion::validate(spec, errors);
    approval::validate(object, spec, errors);
}

fn group<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let domain = |group: &str| {
        name_rules::dns_subdomain(group)?;
        if group.contains('.') { Ok(()) } else { Err("must be a domain with at least one dot") }
    };
    check::required_text(spec, "group", domain, errors);
}

/// Schemas, subresources, columns and selectable fields, where the server keeps them.
fn parts<'t>(versions: &[Node<'t>], errors: &mut Errors<'t>) {
    let subresources = Part::Subresources.checked(versions);
    for part in &subresources {
        columns::subresources(part, errors);
    }
    for part in Part::Columns.checked(versions) {
        columns::printer(&part, errors);
    }
    let has_status = |version: Option<usize>| {
        subresources.iter().any(|part| {
            let applies = part.version.is_none() || version.is_none() || part.version == version;
            applies && part.node.get("status").is_some()
        })
    };
    let schemas = Part::Schema.checked(versions);
    for part in &schemas {
        schema::validate(part, has_status(part.version), errors);
    }
    for (index, version) in versions.iter().enumerate() {
        if version.at(&["schema", "openAPIV3Schema"]).is_none() {
            let path = format!("spec.versions[{index}].schema.openAPIV3Schema");
            let place = Place::missing(*version, "schema.openAPIV3Schema");
            errors.error_at_path(ErrorType::Required, place, path, "each version needs a schema");
        }
    }
    selectable::validate(versions, errors);
}

/// Names of versions, and which of them is stored.
fn storage<'t>(spec: Node<'t>, versions: &[Node<'t>], errors: &mut Errors<'t>) {
    let place = Place::field(spec, "versions");
    let mut seen = HashSet::new();
    for version in versions {
        let name = text_at(*version, "name");
        if !seen.insert(name) {
            errors.error(ErrorType::Invalid, place.clone(), "the names of versions must differ");
        }
    }
    let stored: Vec<_> = versions.iter().filter(|v| v.get("storage").and_then(Node::as_bool) == Some(true)).collect();
    if stored.len() != 1 {
        let message = format!("exactly one version must have `storage: true`, not {}", stored.len());
        errors.error(ErrorType::Invalid, place, message);
    }
    if stored.is_empty() {
        let place = Place::field(spec, "versions");
        let message = "one version must have `storage: true`";
        errors.error_at_path(ErrorType::Invalid, place, "status.storedVersions", message);
    }
    for extra in stored.into_iter().skip(1) {
        let message = "only one version can have `storage: true`";
        errors.error_at_path(ErrorType::Invalid, Place::field(*extra, "storage"), "status.storedVersions", message);
    }
}

/// validatePreserveUnknownFields, and what cannot stand beside it.
fn preserve<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(node) = spec.get("preserveUnknownFields").filter(|node| node.as_bool() == Some(true)) else { return };
    let message = "must not be true: set `x-kubernetes-preserve-unknown-fields` in the schema instead";
    errors.error(ErrorType::Invalid, node, format!("`preserveUnknownFields` {message}"));
    if let Some(strategy) = spec.at(&["conversion", "strategy"]).filter(|node| node.as_str() != Some("None")) {
        errors.invalid(strategy, "must be `None` where `preserveUnknownFields` is true");
    }
}
