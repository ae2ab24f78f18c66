//! Pod failure policies of jobs.
//!
//! In: `podFailurePolicy`. Out: what validatePodFailurePolicy finds.

use std::collections::BTreeSet;

use crate::api::check::{is_empty_at, text, text_at};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// validatePodFailurePolicy.
pub fn validate<'t>(spec: Node<'t>, policy: Node<'t>, errors: &mut Errors<'t>) {
    let Some(rules) = policy.get("rules") else { return };
    let pod = spec.at(&["template", "spec"]);
    let containers: BTreeSet<_> = ["containers", "initContainers"]
        .iter()
        .filter_map(|field| pod?.get(field))
        .flat_map(Node::items)
        .map(|container| text_at(container, "name"))
        .collect();
    for item in rules.items() {
        rule(spec, item, &containers, errors);
    }
}

/// validatePodFailurePolicyRule.
fn rule<'t>(spec: Node<'t>, rule: Node<'t>, containers: &BTreeSet<&str>, errors: &mut Errors<'t>) {
    if text_at(rule, "action") == "FailIndex" && spec.get("backoffLimitPerIndex").is_none() {
        let message = "`FailIndex` needs `backoffLimitPerIndex`";
        errors.error(ErrorType::Invalid, Place::field(rule, "action"), message);
    }
    let codes = rule.get("onExitCodes");
    if let Some(codes) = codes {
        on_exit_codes(codes, containers, errors);
    }
    let conditions = rule.get("onPodConditions").filter(|_| !is_empty_at(rule, "onPodConditions"));
    if let Some(conditions) = conditions {
        on_pod_conditions(conditions, errors);
    }
    if codes.is_some() == conditions.is_some() {
        let message = "must have either `onExitCodes` or `onPodConditions`";
        errors.error(ErrorType::Invalid, rule, message);
    }
}

/// validatePodFailurePolicyRuleOnPodConditions: a type that is not there is an empty one.
fn on_pod_conditions<'t>(conditions: Node<'t>, errors: &mut Errors<'t>) {
    for pattern in conditions.items().filter(|pattern| pattern.get("type").is_none()) {
        let message = "the type of a condition must not be empty";
        errors.error(ErrorType::Invalid, Place::field(pattern, "type"), message);
    }
}

/// validatePodFailurePolicyRuleOnExitCodes.
fn on_exit_codes<'t>(codes: Node<'t>, containers: &BTreeSet<&str>, errors: &mut Errors<'t>) {
    if let Some(node) = codes.get("containerName").filter(|node| !containers.contains(text(*node))) {
        errors.invalid(node, "must be the name of a container of the template");
    }
    let Some(values) = codes.get("values").filter(|values| !values.is_empty()) else {
        let message = "`values` must have at least one value";
        errors.error(ErrorType::Invalid, Place::field(codes, "values"), message);
        return;
    };
    code_values(values, text_at(codes, "operator") == "In", errors);
}

fn code_values<'t>(values: Node<'t>, inside: bool, errors: &mut Errors<'t>) {
    let mut seen = BTreeSet::new();
    let code = |node: Node<'_>| node.as_i64().unwrap_or(0);
    for node in values.items() {
        if inside && code(node) == 0 {
            errors.invalid(node, "must not be 0 for the operator `In`");
        }
        if !seen.insert(code(node)) {
            errors.duplicate(node);
        }
    }
    if !values.items().map(code).is_sorted() {
        errors.error(ErrorType::Invalid, values, "exit codes must be in ascending order");
    }
}
