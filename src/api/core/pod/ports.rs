//! Ports of containers.
//!
//! In: a container, or all of a pod's. Out: findings on names, numbers, protocols and host ports taken twice. Mirrors
//! `validateContainerPorts`, `AccumulateUniqueHostPorts` and `validatePodHostNetworkDeps`.

use rustc_hash::FxHashSet;

use super::Pod;
use super::fields::{duplicate, int, invalid, items, path};
use crate::api::check::{names, one_of_if_set, text_at, valid_if_set};
use crate::api::errors::{ErrorType, Errors};
use crate::yaml::{Node, Place};

const RANGE: &str = "must be between 1 and 65535";

/// The ports of one container: `Container.ports`.
pub fn check<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    let mut names = FxHashSet::default();
    for port in items(container, "ports") {
        let name = text_at(port, "name");
        valid_if_set(port, "name", names::port_name, errors);
        if !name.is_empty() && names::port_name(name).is_ok() && !names.insert(name) {
            duplicate(port, "name", errors);
        }
        numbers(port, errors);
        one_of_if_set(port, "protocol", &["SCTP", "TCP", "UDP"], errors);
    }
}

fn numbers<'t>(port: Node<'t>, errors: &mut Errors<'t>) {
    match int(port, "containerPort") {
        0 => drop(errors.required(port, "containerPort")),
        1..=65535 => {}
        _ => invalid(port, "containerPort", RANGE, errors),
    }
    if !(0..=65535).contains(&int(port, "hostPort")) {
        invalid(port, "hostPort", RANGE, errors);
    }
}

/// No two ports of all regular containers may take the same protocol, address and port of the node.
pub fn regular_host_ports<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let ports = items(pod.spec, "containers").flat_map(|container| items(container, "ports"));
    for port in taken_twice(pod, ports) {
        let at = path(port, "hostPort", errors);
        complain(port, at, errors);
    }
}

/// Init containers run one by one: only one's own ports can collide. The server then names the first container of the
/// list, whichever it is.
pub fn init_host_ports<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    for port in taken_twice(pod, items(container, "ports")) {
        let index = port.index().unwrap_or(0);
        let at = format!("{}[0].ports[{index}].hostPort", path(pod.spec, "initContainers", errors));
        complain(port, at, errors);
    }
}

fn complain<'t>(port: Node<'t>, at: String, errors: &mut Errors<'t>) {
    let message = "another port of this pod takes the same host port";
    errors.error_at_path(ErrorType::Duplicate, Place::field(port, "hostPort"), at, message);
}

fn taken_twice<'t>(pod: &Pod<'t>, ports: impl Iterator<Item = Node<'t>>) -> Vec<Node<'t>> {
    let mut taken = FxHashSet::default();
    let mut twice = Vec::new();
    for port in ports {
        let number = host_port(pod, port);
        if number == 0 {
            continue;
        }
        let protocol = Some(text_at(port, "protocol")).filter(|name| !name.is_empty()).unwrap_or("TCP");
        let key = (protocol, text_at(port, "hostIP"), number);
        if !taken.insert(key) {
            twice.push(port);
        }
    }
    twice
}

/// The host port after defaults: a pod on the host's network takes the container's port (`SetDefaults_Pod`).
fn host_port(pod: &Pod<'_>, port: Node<'_>) -> i64 {
    match int(port, "hostPort") {
        0 if pod.is_pod && pod.host_network => int(port, "containerPort"),
        number => number,
    }
}

/// On the host's network a host port is the container's port.
pub fn on_host_network<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    if !pod.host_network {
        return;
    }
    for port in items(pod.spec, "containers").flat_map(|container| items(container, "ports")) {
        let host = host_port(pod, port);
        if host != 0 && host != int(port, "containerPort") {
            invalid(port, "hostPort", "must be the same as `containerPort` when `hostNetwork` is true", errors);
        }
    }
}
