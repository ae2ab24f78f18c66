//! Node selectors: which nodes something is bound to.
//!
//! In: a decoded NodeSelector. Out: findings. Mirrors `ValidateNodeSelector` of `pkg/apis/core/validation`.

use crate::api::check::names;
use crate::api::errors::Errors;
use crate::api::field::Field;

/// `ValidateNodeSelector`: at least one term, each of them valid.
pub fn node_selector<'t>(selector: Field<'t>, errors: &mut Errors<'t>) {
    let terms = selector.child("nodeSelectorTerms");
    if terms.is_empty() {
        return terms.required(errors, "a node selector needs at least one term");
    }
    for term in terms.items() {
        node_selector_term(term, true, errors);
    }
}

/// `ValidateNodeSelectorTerm`. What is merely preferred may hold values that no label can have.
pub fn node_selector_term<'t>(term: Field<'t>, strict: bool, errors: &mut Errors<'t>) {
    for expression in term.child("matchExpressions").items() {
        requirement(expression, strict, errors);
    }
    for field in term.child("matchFields").items() {
        field_requirement(field, errors);
    }
}

/// `ValidateNodeSelectorRequirement`.
fn requirement<'t>(requirement: Field<'t>, strict: bool, errors: &mut Errors<'t>) {
    let (operator, values) = (requirement.child("operator"), requirement.child("values"));
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => values.required(errors, "`In` and `NotIn` compare with values"),
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            values.forbidden(errors, "`Exists` and `DoesNotExist` compare with nothing");
        }
        "Gt" | "Lt" if values.len() != 1 => values.required(errors, "`Gt` and `Lt` compare with a single value"),
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        _ => operator
            .invalid(errors, "is not a valid operator: use `In`, `NotIn`, `Exists`, `DoesNotExist`, `Gt` or `Lt`"),
    }
    requirement.child("key").check(errors, names::qualified);
    let since_33 = errors.since(33);
    for value in values.items().filter(|_| strict && since_33) {
        value.check(errors, names::label_value);
    }
}

/// `ValidateNodeFieldSelectorRequirement`: only the node's name can be asked for.
fn field_requirement<'t>(requirement: Field<'t>, errors: &mut Errors<'t>) {
    let (operator, values) = (requirement.child("operator"), requirement.child("values"));
    match operator.text() {
        "In" | "NotIn" if values.len() != 1 => values.required(errors, "a field compares with exactly one value"),
        "In" | "NotIn" => {}
        _ => operator.invalid(errors, "is not a valid operator for fields: use `In` or `NotIn`"),
    }
    if requirement.child("key").text() != "metadata.name" {
        return requirement.child("key").invalid(errors, "cannot be used to select nodes: use `metadata.name`");
    }
    for value in values.items() {
        value.check(errors, names::dns_subdomain);
    }
}
