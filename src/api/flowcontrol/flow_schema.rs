//! FlowSchema.
//!
//! In: an object. Out: violations. Mirrors `ValidateFlowSchemaSpec` and `ValidateFlowSchemaSubject`, with the defaults
//! of `SetDefaults_FlowSchemaSpec`.

use super::{fixed, policy_rules};
use crate::api::check::{self, names, number, text_at};
use crate::api::{ErrorType, Report};
use crate::object::Object;
use crate::yaml::{Node, Place};

/// The largest precedence (`FlowSchemaMaxMatchingPrecedence`).
const HIGHEST: i64 = 10_000;

/// Judges a schema.
pub(super) fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let Some(spec) = object.spec() else {
        let place = Place::missing(object.root, "spec.priorityLevelConfiguration.name");
        report.error(ErrorType::Required, place, "`priorityLevelConfiguration` is required");
        return;
    };
    precedence(object, spec, report);
    if let Some(method) = spec.get("distinguisherMethod") {
        required_kind(method, "type", &["ByNamespace", "ByUser"], report);
    }
    level(spec, report);
    for rule in spec.get("rules").into_iter().flat_map(Node::items) {
        subjects(rule, report);
        policy_rules::validate(rule, report);
    }
    fixed::flow_schema(object, report);
}

fn precedence<'t>(object: Object<'t>, spec: Node<'t>, report: &mut Report<'t>) {
    // Zero stands for the default.
    let Some(node) = spec.get("matchingPrecedence").filter(|node| node.as_i64() != Some(0)) else { return };
    number::node_in_range(node, 1..=HIGHEST, report);
    if node.as_i64() == Some(1) && object.name() != Some("exempt") {
        report.invalid(node, "only the schema named `exempt` may have the precedence 1");
    }
}

/// An enumeration without empty value; the server calls a missing one not supported.
pub(super) fn required_kind<'t>(parent: Node<'t>, field: &str, allowed: &[&str], report: &mut Report<'t>) {
    if !allowed.contains(&text_at(parent, field)) {
        let list: Vec<_> = allowed.iter().map(|value| format!("`{value}`")).collect();
        let message = format!("`{field}` must be one of {}", list.join(", "));
        report.error(ErrorType::NotSupported, Place::field(parent, field), message);
    }
}

fn level<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    if spec.get("priorityLevelConfiguration").is_none() {
        let place = Place::missing(spec, "priorityLevelConfiguration.name");
        report.error(ErrorType::Required, place, "a schema must name a priority level");
    }
}

fn subjects<'t>(rule: Node<'t>, report: &mut Report<'t>) {
    for subject in rule.get("subjects").into_iter().flat_map(Node::items) {
        one_subject(subject, report);
    }
}

/// ValidateFlowSchemaSubject: the field that fits the kind must be there, and no other.
fn one_subject<'t>(subject: Node<'t>, report: &mut Report<'t>) {
    const FIELDS: &[(&str, &str)] = &[("ServiceAccount", "serviceAccount"), ("User", "user"), ("Group", "group")];
    required_kind(subject, "kind", &["Group", "ServiceAccount", "User"], report);
    let kind = text_at(subject, "kind");
    let Some(&(_, own)) = FIELDS.iter().find(|(name, _)| *name == kind) else { return };
    match subject.get(own) {
        None => {
            report.required(subject, own);
        }
        Some(node) if own == "serviceAccount" => service_account(node, report),
        Some(_) => {}
    }
    for (_, other) in FIELDS.iter().filter(|(_, field)| *field != own) {
        if let Some(node) = subject.get(other) {
            report.forbidden(node, &format!("the subject's kind is `{kind}`"));
        }
    }
}

fn service_account<'t>(node: Node<'t>, report: &mut Report<'t>) {
    let name = |name: &str| if name == "*" { Ok(()) } else { names::dns_subdomain(name) };
    check::valid_if_set(node, "name", name, report);
}
