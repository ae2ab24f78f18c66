//! Restart policies of single containers.
//!
//! In: a container. Out: findings on `restartPolicy` and `restartPolicyRules`. Mirrors
//! `validateInitContainerRestartPolicy`, `validateContainerRestartPolicy`, and what the server does in versions that did
//! not know the rules yet (SidecarContainers on since 1.29, ContainerRestartRules since 1.35,
//! RestartAllContainersOnContainerExits since 1.36).

use super::fields::{enumerated, filled, forbidden, required};
use crate::api::check::{one_of, text_at};
use crate::api::errors::{ErrorType, Errors};
use crate::yaml::{Node, Place};

const POLICIES: [&str; 3] = ["Always", "Never", "OnFailure"];
const MOST_RULES: usize = 20;
const MOST_CODES: usize = 255;

/// Whether the init container is a sidecar: it runs on beside the regular ones.
pub fn is_sidecar(container: Node<'_>, errors: &Errors<'_>) -> bool {
    errors.since(29) && text_at(container, "restartPolicy") == "Always"
}

/// A regular container.
pub fn regular<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    if errors.since(35) {
        policy(container, errors);
    } else if !errors.since(34) && container.get("restartPolicy").is_some() {
        forbidden(container, "restartPolicy", "before Kubernetes 1.34 only init containers may have it", errors);
    }
}

/// An init container.
pub fn init<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    let sidecar = is_sidecar(container, errors);
    if errors.since(36) || (errors.since(35) && !sidecar) {
        policy(container, errors);
    } else if errors.since(35) && filled(container, "restartPolicyRules") {
        forbidden(container, "restartPolicyRules", "a sidecar has no restart rules before Kubernetes 1.36", errors);
    } else if errors.since(29) && !errors.since(34) {
        one_of(container, "restartPolicy", &["Always"], errors);
    }
}

/// An ephemeral container has neither a policy nor rules.
pub fn ephemeral<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    for field in ["restartPolicy", "restartPolicyRules"] {
        if container.get(field).is_some() {
            forbidden(container, field, "an ephemeral container is never restarted", errors);
        }
    }
}

fn policy<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    one_of(container, "restartPolicy", &POLICIES, errors);
    let Some(rules) = container.get("restartPolicyRules").filter(|rules| !rules.is_empty()) else { return };
    if container.get("restartPolicy").is_none() {
        required(container, "restartPolicy", "`restartPolicyRules` need it", errors);
        if errors.since(35) && is_init(container) {
            return;
        }
    }
    at_most(rules, MOST_RULES, errors);
    let actions: &[&str] = if errors.since(36) { &["Restart", "RestartAllContainers"] } else { &["Restart"] };
    for rule in rules.items() {
        enumerated(rule, "action", actions, errors);
        exit_codes(rule, errors);
    }
}

/// The server looks no further into the rules of an init container without a policy.
fn is_init(container: Node<'_>) -> bool {
    container.parent().and_then(Node::entry).is_some_and(|entry| entry.name == "initContainers")
}

fn exit_codes<'t>(rule: Node<'t>, errors: &mut Errors<'t>) {
    let Some(codes) = rule.get("exitCodes") else {
        errors.required(rule, "exitCodes");
        return;
    };
    enumerated(codes, "operator", &["In", "NotIn"], errors);
    if let Some(values) = codes.get("values") {
        at_most(values, MOST_CODES, errors);
    }
}

fn at_most<'t>(list: Node<'t>, most: usize, errors: &mut Errors<'t>) {
    let count = list.items().count();
    if count > most {
        errors.error(ErrorType::TooMany, Place::Key(list), format!("{count} items: at most {most} are allowed"));
    }
}
