//! How fast an autoscaler may scale.
//!
//! In: the `behavior` of an autoscaler. Out: findings. Mirrors `validateBehavior` of `pkg/apis/autoscaling/validation`;
//! what is left out was filled in before.

use crate::api::core::quantity::non_negative;
use crate::api::errors::Errors;
use crate::api::field::Field;

/// `validateBehavior`.
pub fn behavior<'t>(behavior: Field<'t>, errors: &mut Errors<'t>) {
    for rules in ["scaleUp", "scaleDown"].map(|name| behavior.child(name)) {
        if rules.is_present() {
            scaling_rules(rules, errors);
        }
    }
}

/// `validateScalingRules`.
fn scaling_rules<'t>(rules: Field<'t>, errors: &mut Errors<'t>) {
    let policies = rules.child("policies");
    if policies.is_present() && policies.is_empty() {
        policies.required(errors, "set at least one policy, or remove the list");
    }
    for policy in policies.items() {
        scaling_policy(policy, errors);
    }
    // Dropped before 1.35 (HPAConfigurableTolerance).
    if errors.since(35) {
        non_negative(rules.child("tolerance"), errors);
    }
}

/// `validateScalingPolicy`.
fn scaling_policy<'t>(policy: Field<'t>, errors: &mut Errors<'t>) {
    policy.child("type").one_of(errors, &["Percent", "Pods"]);
    for field in ["value", "periodSeconds"].map(|name| policy.child(name)) {
        if field.int().unwrap_or(0) <= 0 {
            field.invalid(errors, "must be greater than zero");
        }
    }
}
