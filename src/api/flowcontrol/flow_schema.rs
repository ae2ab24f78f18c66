//! FlowSchema.
//!
//! In: an object. Out: violations. Mirrors `ValidateFlowSchemaSpec` and `ValidateFlowSchemaSubject`, with the defaults
//! of `SetDefaults_FlowSchemaSpec`.

use super::{fixed, policy_rules};
use crate::api::check::{self, names, number, text_at};
use crate::api::{ErrorType, Errors};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// The largest precedence (`FlowSchemaMaxMatchingPrecedence`).
const HIGHEST: i64 = 10_000;

/// Validates a schema.
pub(super) fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = object.spec() else {
        let place = Place::missing(object.root, "spec.priorityLevelConfiguration.name");
        errors.error(ErrorType::Required, place, "`priorityLevelConfiguration` is required");
        return;
    };
    precedence(object, spec, errors);
    if let Some(method) = spec.get("distinguisherMethod") {
        required_kind(method, "type", &["ByNamespace", "ByUser"], errors);
    }
    level(spec, errors);
    for rule in spec.get("rules").into_iter().flat_map(Node::items) {
        subjects(rule, errors);
        policy_rules::validate(rule, errors);
    }
    fixed::flow_schema(object, errors);
}

fn precedence<'t>(object: Object<'t>, spec: Node<'t>, errors: &mut Errors<'t>) {
    // Zero stands for the default.
    let Some(node) = spec.get("matchingPrecedence").filter(|node| node.as_i64() != Some(0)) else { return };
    number::node_in_range(node, 1..=HIGHEST, errors);
    if node.as_i64() == Some(1) && object.name() != Some("exempt") {
        errors.invalid(node, "only the schema named `exempt` may have the precedence 1");
    }
}

/// An enumeration without empty value; the server calls a missing one not supported.
pub(super) fn required_kind<'t>(parent: Node<'t>, field: &str, allowed: &[&str], errors: &mut Errors<'t>) {
    if !allowed.contains(&text_at(parent, field)) {
        let list: Vec<_> = allowed.iter().map(|value| format!("`{value}`")).collect();
        let message = format!("`{field}` must be one of {}", list.join(", "));
        errors.error(ErrorType::NotSupported, Place::field(parent, field), message);
    }
}

fn level<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    if spec.get("priorityLevelConfiguration").is_none() {
        let place = Place::missing(spec, "priorityLevelConfiguration.name");
        errors.error(ErrorType::Required, place, "a schema must name a priority level");
    }
}

fn subjects<'t>(rule: Node<'t>, errors: &mut Errors<'t>) {
    for subject in rule.get("subjects").into_iter().flat_map(Node::items) {
        one_subject(subject, errors);
    }
}

/// ValidateFlowSchemaSubject: the field that fits the kind must be there, and no other.
fn one_subject<'t>(subject: Node<'t>, errors: &mut Errors<'t>) {
    const FIELDS: &[(&str, &str)] = &[("ServiceAccount", "serviceAccount"), ("User", "user"), ("Group", "group")];
    required_kind(subject, "kind", &["Group", "ServiceAccount", "User"], errors);
    let kind = text_at(subject, "kind");
    let Some(&(_, own)) = FIELDS.iter().find(|(name, _)| *name == kind) else { return };
    match subject.get(own) {
        None => {
            errors.required(subject, own);
        }
        Some(node) if own == "serviceAccount" => service_account(node, errors),
        Some(_) => {}
    }
    for (_, other) in FIELDS.iter().filter(|(_, field)| *field != own) {
        if let Some(node) = subject.get(other) {
            errors.forbidden(node, &format!("the subject's kind is `{kind}`"));
        }
    }
}

fn service_account<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let name = |name: &str| if name == "*" { Ok(()) } else { names::dns_subdomain(name) };
    check::valid_if_set(node, "name", name, errors);
}
