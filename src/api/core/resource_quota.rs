//! ResourceQuota.
//!
//! In: a decoded quota. Out: findings. Mirrors `ValidateResourceQuotaSpec` of `pkg/apis/core/validation`.

use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

use super::quantity::resource_quantity;
use super::resource_name::{is_standard_quota, quota_resource_name};

/// Resources of pods that most scopes narrow down.
const POD_RESOURCES: [&str; 7] =
    ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

/// Scopes that contradict each other.
const CONFLICTS: [[&str; 2]; 2] = [["BestEffort", "NotBestEffort"], ["Terminating", "NotTerminating"]];

/// `ValidateResourceQuotaSpec`; the status was cleared before.
pub fn resource_quota<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let spec = Field::of(object.root).child("spec");
    for (name, amount) in spec.child("hard").entries() {
        if let Err(why) = quota_resource_name(name) {
            amount.invalid_key(errors, name, why);
        }
        resource_quantity(name, amount, errors);
    }
    scopes(spec, errors);
    scope_selector(spec, errors);
}

/// `IsStandardResourceQuotaScope`; the scope of volume attributes came with 1.34.
fn is_scope(scope: &str, errors: &Errors<'_>) -> bool {
    let always =
        ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"];
    always.contains(&scope) || (scope == "VolumeAttributesClass" && errors.since(34))
}

/// `IsResourceQuotaScopeValidForResource`.
fn fits(scope: &str, resource: &str) -> bool {
    match scope {
        "Terminating" | "NotTerminating" | "NotBestEffort" | "PriorityClass" | "CrossNamespacePodAffinity" => {
            POD_RESOURCES.contains(&resource)
        }
        "BestEffort" => resource == "pods",
        "VolumeAttributesClass" => matches!(resource, "persistentvolumeclaims" | "requests.storage"),
        _ => true,
    }
}

/// The quota's resources which the scope cannot narrow down.
fn misfits<'t>(spec: Field<'t>, scope: &'t str) -> impl Iterator<Item = &'t str> + use<'t> {
    let resources = spec.child("hard").entries().map(|(name, _)| name);
    resources.filter(move |name| is_standard_quota(name) && !fits(scope, name))
}

/// `validateResourceQuotaScopes`, whose findings are all about the list as a whole.
fn scopes<'t>(spec: Field<'t>, errors: &mut Errors<'t>) {
    let list = spec.child("scopes");
    for scope in list.items() {
        if !is_scope(scope.text(), errors) {
            at_list(scope, "is not a quota scope", errors);
        }
        for resource in misfits(spec, scope.text()) {
            at_list(scope, &format!("does not apply to `{resource}`"), errors);
        }
    }
    conflicts(&list.items().map(Field::text).collect::<Vec<_>>(), list, errors);
}

fn at_list<'t>(scope: Field<'t>, why: &str, errors: &mut Errors<'t>) {
    let message = format!("scope `{}` {why}", scope.text());
    errors.error_at_path(ErrorType::Invalid, scope, "spec.scopes", message);
}

fn conflicts<'t>(scopes: &[&str], at: Field<'t>, errors: &mut Errors<'t>) {
    for [one, other] in CONFLICTS {
        if scopes.contains(&one) && scopes.contains(&other) {
            let message = format!("the scopes `{one}` and `{other}` are mutually exclusive");
            errors.error_at_path(ErrorType::Invalid, at, "spec.scopes", message);
        }
    }
}

/// `validateScopedResourceSelectorRequirement`. The server leaves the index of the expression out of its paths.
fn scope_selector<'t>(spec: Field<'t>, errors: &mut Errors<'t>) {
    let expressions = spec.at(&["scopeSelector", "matchExpressions"]);
    for expression in expressions.items() {
        let scope = expression.child("scopeName");
        if !is_scope(scope.text(), errors) {
            in_selector(scope, "scopeName", ErrorType::Invalid, "is not a quota scope", errors);
        }
        for resource in misfits(spec, scope.text()) {
            in_selector(scope, "", ErrorType::Invalid, &format!("does not apply to `{resource}`"), errors);
        }
        operator(expression, errors);
    }
    let scopes: Vec<_> = expressions.items().map(|expression| expression.child("scopeName").text()).collect();
    conflicts(&scopes, expressions, errors);
}

fn operator<'t>(expression: Field<'t>, errors: &mut Errors<'t>) {
    let (operator, values) = (expression.child("operator"), expression.child("values"));
    let only_exists = !matches!(expression.child("scopeName").text(), "PriorityClass" | "VolumeAttributesClass")
        && is_scope(expression.child("scopeName").text(), errors);
    if only_exists && operator.text() != "Exists" {
        in_selector(operator, "operator", ErrorType::Invalid, "must be `Exists` with this scope", errors);
    }
    match operator.text() {
        "In" | "NotIn" if values.is_empty() => {
            in_selector(values, "values", ErrorType::Required, "are required with `In` and `NotIn`", errors);
        }
        "Exists" | "DoesNotExist" if !values.is_empty() => {
            in_selector(values, "values", ErrorType::Invalid, "must be empty with `Exists` and `DoesNotExist`", errors);
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
        _ => in_selector(operator, "operator", ErrorType::Invalid, "is not a valid operator", errors),
    }
}

fn in_selector<'t>(field: Field<'t>, name: &str, kind: ErrorType, why: &str, errors: &mut Errors<'t>) {
    let mut path = "spec.scopeSelector.matchExpressions".to_owned();
    let subject = if field.text().is_empty() { name } else { field.text() };
    if !name.is_empty() {
        path.push('.');
        path.push_str(name);
    }
    errors.error_at_path(kind, field, path, format!("`{subject}` {why}"));
}

#[cfg(test)]
mod tests {
    use crate::api::testing::violations_in;

    fn quota(minor: u8, spec: &str) -> Vec<String> {
        violations_in(&format!("apiVersion: v1\nkind: ResourceQuota\nmetadata: {{name: a}}\nspec: {{{spec}}}"), minor)
    }

    #[test]
    fn scopes_narrow_down_their_own_resources() {
        assert!(quota(36, "hard: {pods: 1}, scopes: [BestEffort]").is_empty());
        assert_eq!(quota(36, "hard: {cpu: 1}, scopes: [BestEffort]"), ["invalid spec.scopes"]);
        assert_eq!(quota(36, "scopes: [Terminating, NotTerminating]"), ["invalid spec.scopes"]);
        assert_eq!(quota(33, "scopes: [VolumeAttributesClass]"), ["invalid spec.scopes"]);
        assert!(quota(34, "scopes: [VolumeAttributesClass]").is_empty());
    }

    #[test]
    fn selectors_of_scopes() {
        let with = |expression: &str| quota(36, &format!("scopeSelector: {{matchExpressions: [{{{expression}}}]}}"));
        assert!(with("scopeName: PriorityClass, operator: In, values: [a]").is_empty());
        let path = "spec.scopeSelector.matchExpressions";
        assert_eq!(with("scopeName: PriorityClass, operator: In"), [format!("required {path}.values")]);
        let terminating = with("scopeName: Terminating, operator: In, values: [a]");
        assert_eq!(terminating, [format!("invalid {path}.operator")]);
    }

    #[test]
    fn pieces_are_whole() {
        assert_eq!(
            quota(36, "hard: {pods: 1.5, storage: 1}"),
            ["invalid spec.hard[pods]", "invalid spec.hard[storage]"]
        );
    }
}
