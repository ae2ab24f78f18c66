//! Role and ClusterRole.
//!
//! In: a decoded role. Out: findings. Mirrors `pkg/apis/rbac/validation`.

use crate::api::check::labels;
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Object;

/// `ValidateRole`.
pub fn role<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    for rule in Field::of(object.root).child("rules").items() {
        policy_rule(rule, true, errors);
    }
}

/// `ValidateClusterRole`.
pub fn cluster_role<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    for rule in root.child("rules").items() {
        policy_rule(rule, false, errors);
    }
    let aggregation = root.child("aggregationRule");
    if aggregation.is_present() {
        aggregation_rule(aggregation, errors);
    }
}

/// `ValidatePolicyRule`.
fn policy_rule<'t>(rule: Field<'t>, namespaced: bool, errors: &mut Errors<'t>) {
    if !rule.child("nonResourceURLs").is_empty() {
        return non_resource_rule(rule, namespaced, errors);
    }
    if rule.child("apiGroups").is_empty() {
        rule.child("apiGroups")
            .required(errors, "a rule on resources names at least one API group (`\"\"` for the core group)");
    }
    if rule.child("resources").is_empty() {
        rule.child("resources").required(errors, "a rule on resources names at least one");
    }
}

fn non_resource_rule<'t>(rule: Field<'t>, namespaced: bool, errors: &mut Errors<'t>) {
    let urls = rule.child("nonResourceURLs");
    if namespaced {
        urls.invalid(errors, "is not allowed in a Role: use a ClusterRole");
    }
    if ["apiGroups", "resources", "resourceNames"].iter().any(|name| !rule.child(name).is_empty()) {
        urls.invalid(errors, "cannot be in one rule with resources: use two rules");
    }
}

fn aggregation_rule<'t>(aggregation: Field<'t>, errors: &mut Errors<'t>) {
    let selectors = aggregation.child("clusterRoleSelectors");
    for selector in selectors.items() {
        let before = errors.len();
        selector.node().into_iter().for_each(|node| labels::selector(node, errors));
        // `LabelSelectorAsSelector` refuses what the field checks refuse, and says so once more.
        if errors.len() > before {
            selector.invalid(errors, "is not a valid label selector");
        }
    }
}
