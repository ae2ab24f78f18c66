//! Which requests a webhook or a policy is asked about.
//!
//! In: rules and match resources. Out: violations. Mirrors `validateRule`, `validateResources`,
//! `validateRuleWithOperations`, `validateNamedRuleWithOperations` and `validateMatchResources`.

use crate::api::check::{self, labels, text};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

const OPERATIONS: &[&str] = &["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

/// What a policy that mutates can be asked about: `supportedMutatingOperations`.
const MUTABLE: &[&str] = &["*", "CONNECT", "CREATE", "UPDATE"];

/// validateRuleWithOperations.
pub(super) fn rule<'t>(rule: Node<'t>, errors: &mut Errors<'t>) {
    alone(rule, "operations", errors);
    for node in items(rule, "operations").filter(|node| !OPERATIONS.contains(&text(*node))) {
        errors.not_supported(node, OPERATIONS);
    }
    alone(rule, "apiGroups", errors);
    alone(rule, "apiVersions", errors);
    for node in items(rule, "apiVersions").filter(|node| text(*node).is_empty()) {
        errors.error(ErrorType::Required, node, "an API version must not be empty");
    }
    resources(rule, errors);
}

fn items<'t>(parent: Node<'t>, field: &str) -> impl Iterator<Item = Node<'t>> + use<'t> {
    parent.get(field).into_iter().flat_map(Node::items)
}

/// A list that must not be empty, and in which `*` stands alone.
fn alone<'t>(rule: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    let Some(list) = rule.get(field).filter(|list| !list.is_empty()) else {
        errors.required(rule, field);
        return;
    };
    if list.len() > 1 && list.items().any(|node| text(node) == "*") {
        errors.error(ErrorType::Invalid, list, format!("`*` in `{field}` must be the only entry"));
    }
}

/// validateResources: `*`, `*/*`, `x/*` and `*/x` must not stand beside what they cover.
fn resources<'t>(rule: Node<'t>, errors: &mut Errors<'t>) {
    let Some(list) = rule.get("resources").filter(|list| !list.is_empty()) else {
        errors.required(rule, "resources");
        return;
    };
    let (mut any_subresource, mut any_resource) = (Vec::new(), Vec::new());
    let (mut plain_last, mut star) = (false, false);
    for node in list.items() {
        let name = text(node);
        let Some((resource, subresource)) = name.split_once('/') else {
            if name.is_empty() {
                errors.error(ErrorType::Required, node, "a resource must not be empty");
            } else {
                star |= name == "*";
                plain_last = name != "*";
            }
            continue;
        };
        let covered = [
            (any_subresource.contains(&resource), format!("{resource}/*")),
            (any_resource.contains(&subresource), format!("*/{subresource}")),
        ];
        for (_, by) in covered.into_iter().filter(|(is, _)| *is) {
            errors.invalid(node, &format!("`{by}` before it covers it already"));
        }
        any_subresource.extend((subresource == "*").then_some(resource));
        any_resource.extend((resource == "*").then_some(subresource));
    }
    if list.len() > 1 && list.items().any(|node| text(node) == "*/*") {
        errors.error(ErrorType::Invalid, list, "`*/*` in `resources` must be the only entry");
    }
    if star && plain_last {
        errors.error(ErrorType::Invalid, list, "`*` cannot be combined with resources that have no subresource");
    }
}

/// validateMatchResources, with the defaults of `SetDefaults_MatchResources` filled in.
pub(super) fn match_resources<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    for field in ["namespaceSelector", "objectSelector"] {
        if let Some(selector) = node.get(field) {
            labels::selector(selector, errors);
        }
    }
    for named in items(node, "resourceRules").chain(items(node, "excludeResourceRules")) {
        rule(named, errors);
    }
}

/// What a policy that mutates matches: deletions cannot be mutated. The server names a path without index.
pub(super) fn mutable<'t>(node: Node<'t>, path: &str, errors: &mut Errors<'t>) {
    let operations = items(node, "resourceRules").flat_map(|rule| items(rule, "operations"));
    for operation in operations.filter(|node| !MUTABLE.contains(&text(*node))) {
        let message = format!("{} is not supported: use `CREATE`, `UPDATE`, `CONNECT` or `*`", quote(text(operation)));
        errors.error_at_path(ErrorType::NotSupported, operation, format!("{path}.resourceRules.operations"), message);
    }
}

/// The part of a policy's spec that says what it matches.
pub(super) fn constraints<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(node) = spec.get("matchConstraints") else {
        errors.required(spec, "matchConstraints");
        return;
    };
    match_resources(node, errors);
    if check::is_empty_at(node, "resourceRules") {
        errors.error(
            ErrorType::Required,
            Place::field(node, "resourceRules"),
            "at least one resource rule is required",
        );
    }
}
