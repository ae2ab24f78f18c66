//! Which requests a FlowSchema takes.
//!
//! In: one of its rules. Out: violations. Mirrors `ValidateFlowSchemaResourcePolicyRule`,
//! `ValidateFlowSchemaNonResourcePolicyRule` and `ValidateNonResourceURLPath`.

use crate::api::check::{self, Check, names, text};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

const VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

/// Validates a rule's resource rules and others.
pub(super) fn validate<'t>(rule: Node<'t>, errors: &mut Errors<'t>) {
    if check::is_empty_at(rule, "resourceRules") && check::is_empty_at(rule, "nonResourceRules") {
        errors.error(ErrorType::Required, rule, "`resourceRules` or `nonResourceRules` must hold something");
    }
    for resources in rule.get("resourceRules").into_iter().flat_map(Node::items) {
        verbs(resources, errors);
        starred(resources, "apiGroups", errors);
        starred(resources, "resources", errors);
        namespaces(resources, errors);
    }
    for urls in rule.get("nonResourceRules").into_iter().flat_map(Node::items) {
        verbs(urls, errors);
        for node in starred(urls, "nonResourceURLs", errors).into_iter().flat_map(Node::items) {
            check::valid(node, url_path, errors);
        }
    }
}

/// A list in which `*` must stand alone; gives it where it holds no `*`.
fn starred<'t>(rule: Node<'t>, field: &str, errors: &mut Errors<'t>) -> Option<Node<'t>> {
    let list = rule.get(field)?;
    let star = list.items().any(|node| text(node) == "*");
    if star && list.len() > 1 {
        errors.error(ErrorType::Invalid, list, format!("`*` in `{field}` must be the only entry"));
    }
    (!star).then_some(list)
}

/// The server reports unknown verbs at the list.
fn verbs<'t>(rule: Node<'t>, errors: &mut Errors<'t>) {
    let Some(list) = starred(rule, "verbs", errors) else { return };
    if let Some(node) = list.items().find(|node| !VERBS.contains(&text(*node))) {
        let path = Place::Value(list).path(errors.root);
        let message =
            format!("{} is not a valid verb: use `*` or {}", crate::api::errors::show(node), VERBS.join(", "));
        errors.error_at_path(ErrorType::NotSupported, node, path, message);
    }
}

fn namespaces<'t>(rule: Node<'t>, errors: &mut Errors<'t>) {
    let cluster = rule.get("clusterScope").and_then(Node::as_bool).unwrap_or(false);
    if check::is_empty_at(rule, "namespaces") {
        if !cluster {
            errors.required(rule, "namespaces");
        }
        return;
    }
    for node in starred(rule, "namespaces", errors).into_iter().flat_map(Node::items) {
        check::valid(node, names::dns_label, errors);
    }
}

fn url_path(path: &str) -> Check {
    match path {
        "" => Err("must not be empty"),
        "/" => Ok(()),
        _ if !path.starts_with('/') => Err("must start with `/`"),
        _ if path.contains(' ') => Err("must not contain white space"),
        _ if path.contains("//") => Err("must not contain `//`"),
        _ => match path.matches('*').count() {
            0 => Ok(()),
            1 if path.ends_with("/*") => Ok(()),
            _ => Err("`*` may only stand at the end, after a `/`"),
        },
    }
}
