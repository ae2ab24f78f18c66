//! ValidatingAdmissionPolicy.
//!
//! In: an object. Out: violations. Mirrors `validateValidatingAdmissionPolicySpec` and what it calls.

use std::collections::HashSet;

use super::conditions::{self, compile, required};
use super::environment::{Has, Types};
use super::rules;
use crate::api::check::{self, names, text, text_at};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::cel::Type;
use crate::object::Object;
use crate::yaml::{Node, Place};

/// Most audit annotations of a policy.
const MOST_ANNOTATIONS: usize = 20;

/// Most bytes of an audit annotation's expression.
const LONGEST_VALUE: usize = 5 * 1024;

/// Validates a policy.
pub(super) fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = object.spec() else {
        absent(object.root, errors);
        return;
    };
    let params = head(spec, errors);
    conditions::match_conditions(spec, params, errors);
    let mut types = Types::default();
    conditions::variables(spec, &mut types, params, errors);
    if check::is_empty_at(spec, "validations") && check::is_empty_at(spec, "auditAnnotations") {
        for field in ["validations", "auditAnnotations"] {
            let message = "`validations` or `auditAnnotations` must hold something";
            errors.error(ErrorType::Required, Place::field(spec, field), message);
        }
        return;
    }
    for validation in spec.get("validations").into_iter().flat_map(Node::items) {
        one(validation, &mut types, params, errors);
    }
    audit_annotations(object, spec, &mut types, params, errors);
}

fn absent<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    for field in ["spec.matchConstraints", "spec.validations", "spec.auditAnnotations"] {
        errors.error(ErrorType::Required, Place::missing(root, field), "`spec` is required");
    }
}

/// What both kinds of policy begin with; gives whether there are parameters.
pub(super) fn head<'t>(spec: Node<'t>, errors: &mut Errors<'t>) -> bool {
    let kind = spec.get("paramKind");
    if let Some(kind) = kind {
        param_kind(kind, errors);
    }
    rules::constraints(spec, errors);
    kind.is_some()
}

/// validateParamKind.
fn param_kind<'t>(kind: Node<'t>, errors: &mut Errors<'t>) {
    check::required_text(kind, "apiVersion", api_version, errors);
    check::required_text(kind, "kind", |text| names::dns_1035_label(&text.to_lowercase()), errors);
}

fn api_version(text: &str) -> check::Check {
    let (group, version) = text.split_once('/').unwrap_or(("", text));
    if version.contains('/') {
        return Err("must be `version` or `group/version`");
    }
    if version.is_empty() {
        return Err("names no version");
    }
    if !group.is_empty() {
        names::dns_subdomain(group)?;
    }
    names::dns_1035_label(version)
}

/// validateValidation.
fn one<'t>(validation: Node<'t>, types: &mut Types, params: bool, errors: &mut Errors<'t>) {
    required(
        validation,
        "expression",
        |node, errors| {
            compile(node, types, Has { params, authorizer: true, patches: false }, &[Type::Bool], errors);
        },
        errors,
    );
    if let Some(node) = validation.get("messageExpression").filter(|node| !text(*node).is_empty()) {
        if text(node).trim().is_empty() {
            errors.invalid(node, "must not be blank");
        } else {
            compile(node, types, Has { params, ..Has::default() }, &[Type::String], errors);
        }
    }
    if let Some(node) = validation.get("message").filter(|node| !text(*node).is_empty()) {
        message(node, errors);
    }
}

fn message<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let trimmed = text(node).trim();
    if trimmed.is_empty() {
        errors.invalid(node, "must not be blank");
    } else if trimmed.contains(['\n', '\r']) {
        errors.invalid(node, "must not contain line breaks");
    }
}

fn audit_annotations<'t>(object: Object<'t>, spec: Node<'t>, types: &mut Types, params: bool, errors: &mut Errors<'t>) {
    let Some(list) = spec.get("auditAnnotations") else { return };
    if list.len() > MOST_ANNOTATIONS {
        let message = format!("at most {MOST_ANNOTATIONS} audit annotations are allowed");
        errors.error(ErrorType::Invalid, list, message);
    }
    for annotation in list.items() {
        key(object, annotation, errors);
        required(annotation, "valueExpression", |node, errors| value(node, types, params, errors), errors);
    }
    duplicate_keys(list, errors);
}

fn duplicate_keys<'t>(list: Node<'t>, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for annotation in list.items() {
        let key = text_at(annotation, "key");
        if !seen.insert(key) {
            let message = format!("{} is listed twice", quote(key));
            errors.error(ErrorType::Duplicate, Place::field(annotation, "key"), message);
        }
    }
}

/// The key is used behind the policy's name.
fn key<'t>(object: Object<'t>, annotation: Node<'t>, errors: &mut Errors<'t>) {
    let (name, key) = (object.name().unwrap_or(""), text_at(annotation, "key"));
    let outcome = match name {
        // Only a name made from `generateName` is not known here, and that is a subdomain already.
        "" => names::qualified(key).map_err(str::to_owned),
        _ => names::qualified(&format!("{name}/{key}")).map_err(|why| format!("`{name}/{key}`: {why}")),
    };
    if let Err(why) = outcome {
        errors.error(ErrorType::Invalid, Place::field(annotation, "key"), format!("{}: {why}", quote(key)));
    }
}

fn value<'t>(node: Node<'t>, types: &mut Types, params: bool, errors: &mut Errors<'t>) {
    if text(node).trim().len() > LONGEST_VALUE {
        errors.error(ErrorType::Required, node, format!("must have at most {LONGEST_VALUE} bytes"));
        return;
    }
    let has = Has { params, authorizer: true, patches: false };
    compile(node, types, has, &[Type::String, Type::Null], errors);
}
