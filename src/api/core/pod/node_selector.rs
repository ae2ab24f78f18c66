//! Node selectors.
//!
//! In: a `NodeSelector` of a pod's affinity or a persistent volume. Out: findings. Mirrors `ValidateNodeSelector`,
//! `ValidateNodeSelectorTerm`, `ValidateNodeSelectorRequirement` and `ValidateNodeFieldSelectorRequirement`.

use super::fields::{filled, items, required};
use crate::api::check::{labels, names, text_at, valid};
use crate::api::report::{ErrorType, Report, quote};
use crate::yaml::{Node, Place};

/// `NodeSelector`: at least one term.
pub fn check<'t>(selector: Node<'t>, report: &mut Report<'t>) {
    if !filled(selector, "nodeSelectorTerms") {
        report.required(selector, "nodeSelectorTerms");
    }
    for one in items(selector, "nodeSelectorTerms") {
        term(one, true, report);
    }
}

/// `NodeSelectorTerm`; a mere preference may hold values that no label can have.
pub fn term<'t>(term: Node<'t>, strict: bool, report: &mut Report<'t>) {
    for requirement in items(term, "matchExpressions") {
        expression(requirement, strict, report);
    }
    for requirement in items(term, "matchFields") {
        field(requirement, report);
    }
}

fn unknown_operator<'t>(requirement: Node<'t>, known: &str, report: &mut Report<'t>) {
    let message = format!("{} is no operator here: use {known}", quote(text_at(requirement, "operator")));
    report.error(ErrorType::Invalid, Place::field(requirement, "operator"), message);
}

fn expression<'t>(requirement: Node<'t>, strict: bool, report: &mut Report<'t>) {
    let count = items(requirement, "values").count();
    match (text_at(requirement, "operator"), count) {
        ("In" | "NotIn", 0) => required(requirement, "values", "the operators `In` and `NotIn` need them", report),
        ("Exists" | "DoesNotExist", 1..) => {
            super::fields::forbidden(requirement, "values", "`Exists` and `DoesNotExist` take none", report);
        }
        ("Gt" | "Lt", 0 | 2..) => required(requirement, "values", "exactly one with `Gt` or `Lt`", report),
        ("In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt", _) => {}
        _ => unknown_operator(requirement, "In, NotIn, Exists, DoesNotExist, Gt or Lt", report),
    }
    labels::key(requirement, "key", report);
    for value in items(requirement, "values").filter(|_| strict) {
        valid(value, names::label_value, report);
    }
}

fn field<'t>(requirement: Node<'t>, report: &mut Report<'t>) {
    match (text_at(requirement, "operator"), items(requirement, "values").count()) {
        ("In" | "NotIn", 1) => {}
        ("In" | "NotIn", _) => required(requirement, "values", "exactly one, for a field of the node", report),
        _ => unknown_operator(requirement, "In or NotIn", report),
    }
    if text_at(requirement, "key") != "metadata.name" {
        let message = "the only field of a node that can be selected is `metadata.name`";
        report.error(ErrorType::Invalid, Place::field(requirement, "key"), message);
        return;
    }
    for value in items(requirement, "values") {
        valid(value, names::dns_subdomain, report);
    }
}
