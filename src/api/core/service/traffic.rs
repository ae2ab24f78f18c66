//! How traffic reaches a Service: session affinity, load balancers, traffic policies.
//!
//! In: a Service. Out: findings. Mirrors the second half of `validateService` and the functions it calls.

use crate::api::check::{ip, names, number};
use crate::api::errors::{ErrorType, Errors};

use super::Service;

/// `core.MaxClientIPServiceAffinitySeconds`.
const DAY: i64 = 86_400;
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";
const TOPOLOGY_HINTS: &str = "service.kubernetes.io/topology-aware-hints";
const TOPOLOGY_MODE: &str = "service.kubernetes.io/topology-mode";
const ONLY_LOAD_BALANCERS: &str = "only services of type LoadBalancer have it";

/// `validateClientIPAffinityConfig`, after the defaults: a missing timeout is filled in, and without `ClientIP` the
/// configuration is dropped.
pub fn session_affinity<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let affinity = service.spec.child("sessionAffinity");
    if affinity.text() != "ClientIP" {
        return;
    }
    let timeout = service.spec.at(&["sessionAffinityConfig", "clientIP", "timeoutSeconds"]);
    if timeout.int().is_some_and(|seconds| !(1..=DAY).contains(&seconds)) {
        timeout.invalid(errors, "must be greater than 0 and at most 86400");
    }
}

/// Source ranges, the allocation of node ports and the class of load balancer.
pub fn load_balancer<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    source_ranges(service, errors);
    let allocate = service.spec.child("allocateLoadBalancerNodePorts");
    let class = service.spec.child("loadBalancerClass");
    if service.is_load_balancer() {
        if class.is_present() {
            class.check(errors, names::qualified);
        }
        return;
    }
    for field in [allocate, class].into_iter().filter(|field| field.is_present()) {
        field.forbidden(errors, ONLY_LOAD_BALANCERS);
    }
}

/// `loadBalancerSourceRanges`, whose path the server spells with a capital letter, or else the annotation before it.
fn source_ranges<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let ranges = service.spec.child("loadBalancerSourceRanges");
    let strict = errors.since(36);
    if ranges.is_empty() {
        return source_ranges_annotation(service, errors);
    }
    if !service.is_load_balancer() {
        let message = format!("`loadBalancerSourceRanges` is forbidden: {ONLY_LOAD_BALANCERS}");
        errors.error_at_path(ErrorType::Forbidden, ranges, "spec.LoadBalancerSourceRanges", message);
    }
    for (index, range) in ranges.items().enumerate() {
        if let Err(why) = ip::legacy_cidr(range.text().trim(), strict) {
            let path = format!("spec.LoadBalancerSourceRanges[{index}]");
            errors.error_at_path(ErrorType::Invalid, range, path, format!("`{}`: {why}", range.text()));
        }
    }
}

fn source_ranges_annotation<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let Some(annotation) = service.annotation(SOURCE_RANGES) else { return };
    if !service.is_load_balancer() {
        annotation.forbidden(errors, ONLY_LOAD_BALANCERS);
    }
    let strict = errors.since(36);
    let ranges = annotation.text().trim();
    for range in ranges.split(',').filter(|_| !ranges.is_empty()) {
        if let Err(why) = ip::legacy_cidr(range.trim(), strict) {
            annotation.invalid(errors, why);
        }
    }
}

/// Topology annotations and the traffic policies.
pub fn policies<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    topology(service, errors);
    external_policy(service, errors);
    health_check(service, errors);
}

fn topology<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    if let (Some(mode), Some(hints)) = (service.annotation(TOPOLOGY_MODE), service.annotation(TOPOLOGY_HINTS))
        && mode.text() != hints.text()
    {
        mode.invalid(errors, "must match the annotation `service.kubernetes.io/topology-aware-hints`");
    }
}

/// `validateServiceExternalTrafficPolicy`; an empty policy was defaulted to `Cluster`.
fn external_policy<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let policy = service.spec.child("externalTrafficPolicy");
    if policy.text().is_empty() {
        return;
    }
    if service.is_externally_accessible() {
        policy.one_of(errors, &["Cluster", "Local"]);
    } else {
        policy.invalid(errors, "may only be set where the service can be reached from outside");
    }
}

fn health_check<'t>(service: &Service<'t>, errors: &mut Errors<'t>) {
    let port = service.spec.child("healthCheckNodePort");
    if port.int().unwrap_or(0) == 0 {
        return;
    }
    if service.needs_health_check() {
        port.in_range(errors, number::PORT);
    } else {
        port.invalid(errors, "may only be set where `type` is LoadBalancer and `externalTrafficPolicy` is Local");
    }
}
