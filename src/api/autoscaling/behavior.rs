//! How fast an autoscaler may scale.
//!
//! In: the `behavior` of an autoscaler. Out: findings. Mirrors `validateBehavior` of `pkg/apis/autoscaling/validation`;
//! what is left out was filled in before.

use crate::api::core::quantity::non_negative;
use crate::api::field::Field;
use crate::api::report::Report;

/// `validateBehavior`.
pub fn behavior<'t>(behavior: Field<'t>, report: &mut Report<'t>) {
    for rules in ["scaleUp", "scaleDown"].map(|name| behavior.child(name)) {
        if rules.is_present() {
            scaling_rules(rules, report);
        }
    }
}

/// `validateScalingRules`.
fn scaling_rules<'t>(rules: Field<'t>, report: &mut Report<'t>) {
    let policies = rules.child("policies");
    if policies.is_present() && policies.is_empty() {
        policies.required(report, "give at least one policy, or leave the list out");
    }
    for policy in policies.items() {
        scaling_policy(policy, report);
    }
    // Dropped before 1.35 (HPAConfigurableTolerance).
    if report.since(35) {
        non_negative(rules.child("tolerance"), report);
    }
}

/// `validateScalingPolicy`.
fn scaling_policy<'t>(policy: Field<'t>, report: &mut Report<'t>) {
    policy.child("type").one_of(report, &["Percent", "Pods"]);
    for field in ["value", "periodSeconds"].map(|name| policy.child(name)) {
        if field.int().unwrap_or(0) <= 0 {
            field.invalid(report, "must be greater than zero");
        }
    }
}
