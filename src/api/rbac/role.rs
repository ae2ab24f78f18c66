//! Role and ClusterRole.
//!
//! In: a decoded role. Out: findings. Mirrors `pkg/apis/rbac/validation`.

use crate::api::check::labels;
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

/// `ValidateRole`.
pub fn role<'t>(object: Object<'t>, report: &mut Report<'t>) {
    for rule in Field::of(object.root).child("rules").items() {
        policy_rule(rule, true, report);
    }
}

/// `ValidateClusterRole`.
pub fn cluster_role<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let root = Field::of(object.root);
    for rule in root.child("rules").items() {
        policy_rule(rule, false, report);
    }
    let aggregation = root.child("aggregationRule");
    if aggregation.is_present() {
        aggregation_rule(aggregation, report);
    }
}

/// `ValidatePolicyRule`.
fn policy_rule<'t>(rule: Field<'t>, namespaced: bool, report: &mut Report<'t>) {
    if !rule.child("nonResourceURLs").is_empty() {
        return non_resource_rule(rule, namespaced, report);
    }
    if rule.child("apiGroups").is_empty() {
        rule.child("apiGroups")
            .required(report, "a rule on resources names at least one API group (`\"\"` for the core group)");
    }
    if rule.child("resources").is_empty() {
        rule.child("resources").required(report, "a rule on resources names at least one");
    }
}

fn non_resource_rule<'t>(rule: Field<'t>, namespaced: bool, report: &mut Report<'t>) {
    let urls = rule.child("nonResourceURLs");
    if namespaced {
        urls.invalid(report, "the rules of a Role cannot apply to URLs that are no resources: use a ClusterRole");
    }
    if ["apiGroups", "resources", "resourceNames"].iter().any(|name| !rule.child(name).is_empty()) {
        urls.invalid(report, "one rule cannot apply to resources and to other URLs: use two rules");
    }
}

fn aggregation_rule<'t>(aggregation: Field<'t>, report: &mut Report<'t>) {
    let selectors = aggregation.child("clusterRoleSelectors");
    for selector in selectors.items() {
        let before = report.len();
        selector.node().into_iter().for_each(|node| labels::selector(node, report));
        // `LabelSelectorAsSelector` refuses what the field checks refuse, and says so once more.
        if report.len() > before {
            selector.invalid(report, "this is no valid label selector");
        }
    }
}
