//! Probes, lifecycle hooks and what they do.
//!
//! In: a container. Out: findings on its probes and hooks: one action each, and the numbers around it. Mirrors
//! `validateHandler`, `validateProbe` and its three callers, and `validateLifecycle`.

use super::Pod;
use super::fields::{filled, forbidden, int, invalid, invalid_at, items, path, path_of};
use crate::api::check::{names, number, one_of_if_set, text_at};
use crate::api::errors::{ErrorType, Errors};
use crate::yaml::{Kind, Node, Place};

const PROBE_ACTIONS: [&str; 4] = ["exec", "httpGet", "tcpSocket", "grpc"];
const PORT: &str = "must be between 1 and 65535";
const HOOK_ACTIONS: [&str; 4] = ["exec", "httpGet", "tcpSocket", "sleep"];

/// The probes and hooks of a container that may have them (regular ones and sidecars).
pub fn check<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(lifecycle) = container.get("lifecycle") {
        hooks(pod, lifecycle, errors);
    }
    for field in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(node) = container.get(field) {
            probe(pod, node, field == "readinessProbe", errors);
        }
    }
}

/// Whether anything is left of a `lifecycle` once the server has dropped what its feature gates disable
/// (`dropContainerStopSignals`).
pub fn has_lifecycle(container: Node<'_>) -> bool {
    container.get("lifecycle").is_some_and(|node| {
        let only_signal = node.get("stopSignal").is_some() && node.get("preStop").is_none();
        !(only_signal && node.get("postStart").is_none())
    })
}

fn hooks<'t>(pod: &Pod<'t>, lifecycle: Node<'t>, errors: &mut Errors<'t>) {
    for field in ["postStart", "preStop"] {
        if let Some(node) = lifecycle.get(field) {
            action(pod, node, &HOOK_ACTIONS, errors);
        }
    }
}

fn probe<'t>(pod: &Pod<'t>, probe: Node<'t>, readiness: bool, errors: &mut Errors<'t>) {
    action(pod, probe, &PROBE_ACTIONS, errors);
    let numbers = ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"];
    for field in numbers {
        number::non_negative(probe, field, errors);
    }
    if let Some(node) = probe.get("terminationGracePeriodSeconds") {
        if node.as_i64().is_some_and(|seconds| seconds <= 0) {
            errors.invalid(node, "must be greater than 0");
        }
        if readiness {
            errors.invalid(node, "must not be set for a readiness probe");
        }
    }
    // 0 is defaulted to 1.
    if !readiness && !(0..=1).contains(&int(probe, "successThreshold")) {
        invalid(probe, "successThreshold", "must be 1 for liveness and startup probes", errors);
    }
}

fn action<'t>(pod: &Pod<'t>, handler: Node<'t>, actions: &[&'static str], errors: &mut Errors<'t>) {
    let mut found = false;
    for &name in actions {
        let Some(node) = handler.get(name) else { continue };
        if found {
            forbidden(handler, name, "there is another action already: specify one only", errors);
            continue;
        }
        found = true;
        match name {
            "exec" if !filled(node, "command") => drop(errors.required(node, "command")),
            "httpGet" => http_get(node, errors),
            "tcpSocket" => port(node, errors),
            "grpc" => port_number(node, errors),
            "sleep" => sleep(pod, node, errors),
            _ => {}
        }
    }
    if !found {
        let message = format!("an action is required: one of {}", actions.join(", "));
        errors.error(ErrorType::Required, handler, message);
    }
}

fn http_get<'t>(get: Node<'t>, errors: &mut Errors<'t>) {
    port(get, errors);
    one_of_if_set(get, "scheme", &["HTTP", "HTTPS"], errors);
    for header in items(get, "httpHeaders") {
        // The server names the list, not the header.
        if let Err(why) = names::http_header(text_at(header, "name")) {
            let list = path(get, "httpHeaders", errors);
            invalid_at(header.get("name").unwrap_or(header), list, why, errors);
        }
    }
}

/// A port by number or by name: `ValidatePortNumOrName`.
fn port<'t>(action: Node<'t>, errors: &mut Errors<'t>) {
    match action.get("port").map(Node::kind) {
        Some(Kind::String(name)) => {
            if let Err(why) = names::port_name(name) {
                invalid(action, "port", why, errors);
            }
        }
        _ => port_number(action, errors),
    }
}

fn port_number<'t>(action: Node<'t>, errors: &mut Errors<'t>) {
    if !number::PORT.contains(&int(action, "port")) {
        match action.get("port") {
            Some(node) => drop(errors.invalid(node, PORT)),
            None => drop(errors.error(ErrorType::Invalid, Place::field(action, "port"), "`port` is missing")),
        }
    }
}

/// `validateSleepAction`; the server names the action, not its `seconds`. Zero is allowed since 1.33.
fn sleep<'t>(pod: &Pod<'t>, sleep: Node<'t>, errors: &mut Errors<'t>) {
    let (seconds, grace) = (int(sleep, "seconds"), pod.grace);
    let low = if errors.since(33) { 0 } else { 1 };
    if seconds < low || seconds > grace {
        let here = sleep.get("seconds").unwrap_or(sleep);
        let path = path_of(sleep, errors);
        invalid_at(here, path, &format!("must be between {low} and `terminationGracePeriodSeconds` ({grace})"), errors);
    }
}
