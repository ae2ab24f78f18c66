//! Validation of the API group `apiregistration.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `kube-aggregator/pkg/apis/apiregistration/validation/validation.go`.

use std::ops::RangeInclusive;

use crate::api::check::{names, number, text, text_at};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    if object.gvk.kind == "APIService" {
        api_service(object.root, errors);
    }
}

/// ValidateAPIService.
fn api_service<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else {
        for field in ["spec.group", "spec.version", "spec.groupPriorityMinimum", "spec.versionPriority"] {
            errors.error(ErrorType::Invalid, Place::missing(root, field), "`spec` is required");
        }
        return;
    };
    group_and_version(spec, errors);
    priority(spec, "groupPriorityMinimum", 1..=20_000, errors);
    priority(spec, "versionPriority", 1..=1_000, errors);
    match spec.get("service") {
        Some(_) => remote(spec, errors),
        None => local(spec, errors),
    }
}

fn group_and_version<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let (group, version) = (text_at(spec, "group"), text_at(spec, "version"));
    if group.is_empty() && version != "v1" {
        let message = "`group` is required: only the core API's `v1` has none";
        errors.error(ErrorType::Required, Place::field(spec, "group"), message);
    }
    if let Some(node) = spec.get("group").filter(|_| !group.is_empty())
        && let Err(why) = names::dns_subdomain(group)
    {
        errors.invalid(node, why);
    }
    if let Err(why) = names::dns_1035_label(version) {
        let message = format!("{}: {why}", quote(version));
        errors.error(ErrorType::Invalid, Place::field(spec, "version"), message);
    }
}

fn priority<'t>(spec: Node<'t>, field: &str, range: RangeInclusive<i64>, errors: &mut Errors<'t>) {
    if !range.contains(&number::int_at(spec, field).unwrap_or(0)) {
        let message = format!("`{field}` must be between {} and {}", range.start(), range.end());
        errors.error(ErrorType::Invalid, Place::field(spec, field), message);
    }
}

/// An API that the server itself serves.
fn local<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let without = "is only allowed with a `service`";
    if let Some(node) = spec.get("caBundle").filter(|node| !text(*node).is_empty()) {
        errors.error(ErrorType::Invalid, node, format!("`caBundle` {without}"));
    }
    if let Some(node) = insecure(spec) {
        errors.error(ErrorType::Invalid, node, format!("`insecureSkipTLSVerify` {without}"));
    }
}

fn insecure(spec: Node<'_>) -> Option<Node<'_>> {
    spec.get("insecureSkipTLSVerify").filter(|node| node.as_bool() == Some(true))
}

/// An API that a service in the cluster serves.
fn remote<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(node) = insecure(spec).filter(|_| !text_at(spec, "caBundle").is_empty()) {
        errors.error(ErrorType::Invalid, node, "`insecureSkipTLSVerify` and `caBundle` are mutually exclusive");
    }
}
