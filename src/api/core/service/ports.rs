//! The ports of a Service.
//!
//! In: a Service. Out: findings. Mirrors `validateServicePort` and the checks across ports in `validateService`.

use std::collections::HashSet;

use crate::api::core::port::{port_number, port_number_or_name};
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::yaml::Kind;

use super::Service;

/// All checks on `spec.ports`.
pub fn ports<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let ports = service.spec.child("ports");
    let several = ports.len() > 1;
    let mut names = HashSet::new();
    for port in ports.items() {
        port_name(port, several, &mut names, errors);
        one_port(port, errors);
    }
    if service.kind == "ClusterIP" {
        for port in ports.items().filter(|port| node_port(*port) != 0) {
            port.child("nodePort").forbidden(errors, "services of type ClusterIP have no node ports");
        }
    }
    unique(ports, errors);
}

fn port_name<'t>(port: Field<'t>, required: bool, seen: &mut HashSet<&'t str>, errors: &mut Errors<'t>) {
    let name = port.child("name");
    if name.text().is_empty() {
        if required {
            name.required(errors, "each port of a service with several ports has a name");
        }
        return;
    }
    if !seen.insert(name.text()) {
        name.duplicate(errors);
    }
}

fn one_port<'t>(port: Field<'t>, errors: &mut Errors<'t>) {
    port_number(port.child("port"), errors);
    let target = port.child("targetPort");
    // 0 and the empty string stand for the port itself.
    if target.node().is_some_and(|node| !matches!(node.kind(), Kind::Int(0) | Kind::String(""))) {
        port_number_or_name(target, errors);
    }
}

/// No two ports have the same protocol and number, and none the same protocol and node port.
fn unique<'t>(ports: Field<'t>, errors: &mut Errors<'t>) {
    let (mut node_ports, mut numbers) = (HashSet::new(), HashSet::new());
    for port in ports.items() {
        let protocol = match port.child("protocol").text() {
            "" => "TCP",
            protocol => protocol,
        };
        let key = (protocol, node_port(port));
        if !node_ports.insert(key) && key.1 != 0 {
            port.child("nodePort").duplicate(errors);
        }
        let key = (protocol, port.child("port").int().unwrap_or(0));
        if !numbers.insert(key) {
            duplicate_port(port, key, errors);
        }
    }
}

fn duplicate_port<'t>(port: Field<'t>, (protocol, number): (&str, i64), errors: &mut Errors<'t>) {
    let message = format!("port {number} of {protocol} is listed twice");
    errors.error(ErrorType::Duplicate, port, message);
}

fn node_port(port: Field<'_>) -> i64 {
    port.child("nodePort").int().unwrap_or(0)
}
