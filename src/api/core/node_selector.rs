//! Node selectors: which nodes something is bound to.
//!
//! In: a decoded NodeSelector. Out: findings. Mirrors `ValidateNodeSelector` of `pkg/apis/core/validation`.

use crate::api::check::names;
use crate::api::field::Field;
use crate::api::report::Report;

/// `ValidateNodeSelector`: at least one term, each of them valid.
pub fn node_selector<'t>(selector: Field<'t>, report: &mut Report<'t>) {
    let terms = selector.child("nodeSelectorTerms");
    if terms.is_empty() {
        return terms.required(report, "a node selector needs at least one term");
    }
    for term in terms.items() {
        node_selector_term(term, true, report);
    }
}

/// `ValidateNodeSelectorTerm`. What is merely preferred may hold values that no label can have.
pub fn node_selector_term<'t>(term: Field<'t>, strict: bool, report: &mut Report<'t>) {
    for expression in term.child("matchExpressions").items() {
        requirement(expression, strict, report);
    }
    for field in term.child("matchFields").items() {
        field_requirement(field, report);
    }
}

/// `ValidateNodeSelectorRequirement`.
fn requirement<'t>(requirement: Field<'t>, strict: bool, report: &mut Report<'t>) {
    let (operator, values) = (requirement.child("operator"), requirement.child("values"));
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => values.required(report, "`In` and `NotIn` compare with values"),
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            values.forbidden(report, "`Exists` and `DoesNotExist` compare with nothing");
        }
        "Gt" | "Lt" if values.len() != 1 => values.required(report, "`Gt` and `Lt` compare with a single value"),
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        _ => operator.invalid(report, "is no operator: use `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`"),
    }
    requirement.child("key").check(report, names::qualified);
    let since_33 = report.since(33);
    for value in values.items().filter(|_| strict && since_33) {
        value.check(report, names::label_value);
    }
}

/// `ValidateNodeFieldSelectorRequirement`: only the node's name can be asked for.
fn field_requirement<'t>(requirement: Field<'t>, report: &mut Report<'t>) {
    let (operator, values) = (requirement.child("operator"), requirement.child("values"));
    match operator.text() {
        "In" | "NotIn" if values.len() != 1 => values.required(report, "a field compares with exactly one value"),
        "In" | "NotIn" => {}
        _ => operator.invalid(report, "is no operator for fields: use `In` or `NotIn`"),
    }
    if requirement.child("key").text() != "metadata.name" {
        return requirement.child("key").invalid(report, "is no field to select nodes by: use `metadata.name`");
    }
    for value in values.items() {
        value.check(report, names::dns_subdomain);
    }
}
