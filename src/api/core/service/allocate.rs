//! What the registry finds out while it allocates addresses and node ports for a new Service.
//!
//! In: a Service. Out: findings. Mirrors `allocateCreate` of `pkg/registry/core/service/storage/alloc.go`, as far as the
//! object alone decides: which addresses and ports the cluster has left, and which ranges it allows, is its own affair.

use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;

use super::{Service, ips};

/// `allocateCreate`: stops at the first group of mistakes.
pub fn begin_create<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let before = errors.len();
    if !service.is_external_name() {
        ips::related_fields(service, errors);
        if errors.len() == before {
            ips::stack_policy(service, errors);
        }
    }
    if errors.len() == before {
        node_ports(service, errors);
    }
}

/// `initNodePorts` and `allocHealthCheckNodePort`: each requested port is allocated once; ports of one number share it.
fn node_ports<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    if !matches!(service.kind, "NodePort" | "LoadBalancer") {
        return;
    }
    let ports: Vec<_> = service.spec.child("ports").items().collect();
    let mut by_port: Vec<(i64, i64)> = Vec::new();
    let mut allocated = Vec::new();
    for port in &ports {
        let Some(wanted) = request(*port, &ports, &mut by_port) else { continue };
        if allocated.contains(&wanted) {
            let why = "another port of this service has this node port; only ports of the same number can share it";
            return port.child("nodePort").invalid(errors, why);
        }
        allocated.push(wanted);
    }
    let health = service.spec.child("healthCheckNodePort");
    if service.needs_health_check() && health.int().is_some_and(|number| allocated.contains(&number)) {
        errors.error(ErrorType::Internal, health, "a port of this service has this node port already");
    }
}

/// The node port that must be allocated for a port, unless one of its number was before.
fn request<'t>(port: Field<'t>, ports: &[Field<'t>], by_port: &mut Vec<(i64, i64)>) -> Option<i64> {
    let number = port.child("port").int().unwrap_or(0);
    let own = node_port(port);
    if let Some((_, allocated)) = by_port.iter().find(|(known, _)| *known == number) {
        return own.filter(|own| own != allocated);
    }
    let same = ports.iter().filter(|other| other.child("port").int().unwrap_or(0) == number);
    let wanted = same.filter_map(|other| node_port(*other)).next()?;
    by_port.push((number, wanted));
    Some(wanted)
}

fn node_port(port: Field<'_>) -> Option<i64> {
    port.child("nodePort").int().filter(|&number| number != 0)
}
