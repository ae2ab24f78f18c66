//! Resources of the pod as a whole.
//!
//! In: a pod. Out: findings on `PodSpec.resources` (PodLevelResources, since 1.34). Mirrors `validatePodResources`,
//! `validatePodResourceConsistency`, the defaults of `SetDefaults_Pod`, and `AggregateContainerRequests`.

use super::Pod;
use super::fields::{items, path_of};
use super::resources::{self, Lists, quantity};
use super::restart;
use crate::api::check::{Check, names};
use crate::api::core::resource_name::{is_huge_page, is_overcommit_allowed};
use crate::api::errors::{ErrorType, Errors, show};
use crate::object::Quantity;
use crate::yaml::{Node, Place};

type Amounts<'t> = Vec<(&'t str, Quantity)>;

/// The pod's own requests and limits.
pub fn check<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(own) = pod.spec.get("resources").filter(|_| errors.since(34)) else { return };
    if pod.is_windows() {
        errors.forbidden(own, "a Windows pod has no resources of its own");
        return;
    }
    if let Some(claims) = own.get("claims") {
        errors.forbidden(claims, "claims are used by containers, not by the pod as a whole");
    }
    let lists = Lists { holder: own, limits: own.get("limits"), requests: own.get("requests") };
    resources::requirements(&lists, pod_name, errors);
    resources::claims(pod, own, errors);
    let requests = aggregate(pod, "requests", errors);
    defaulted_requests(pod, &lists, &requests, errors);
    enough(lists.requests, &requests, "requests", errors);
    let mut limits = aggregate(pod, "limits", errors);
    limits.retain(|(name, _)| is_huge_page(name));
    enough(lists.limits, &limits, "limits", errors);
    container_limits(pod, &lists, errors);
}

/// `validatePodResourceName`.
fn pod_name(name: &str) -> Check {
    names::qualified(name)?;
    match matches!(name, "cpu" | "memory") || is_huge_page(name) {
        true => Ok(()),
        false => Err("cannot be set for the pod as a whole: use cpu, memory or hugepages-SIZE"),
    }
}

/// A pod (no template) with limits takes the sum of its containers' requests where it has none, which must fit.
fn defaulted_requests<'t>(pod: &Pod<'t>, lists: &Lists<'t>, sums: &Amounts<'t>, errors: &mut Errors<'t>) {
    let Some(limits) = lists.limits.filter(|_| pod.is_pod) else { return };
    for &(name, sum) in sums.iter().filter(|(name, _)| is_overcommit_allowed(name) && pod_name(name).is_ok()) {
        let written = lists.requests.is_some_and(|requests| requests.get_entry(name).is_some());
        let Some(limit) = limits.get_entry(name).filter(|_| !written) else { continue };
        if quantity(limit.value).is_some_and(|limit| sum > limit) {
            let at = format!("{}.requests", path_of(lists.holder, errors));
            let message = format!("the containers together request more {name} than this limit");
            errors.error_at_path(ErrorType::Invalid, limit.value, at, message);
        }
    }
}

/// What the pod has must be enough for its containers together.
fn enough<'t>(own: Option<Node<'t>>, sums: &Amounts<'t>, what: &str, errors: &mut Errors<'t>) {
    for entry in own.into_iter().flat_map(Node::entries) {
        let sum = sums.iter().find(|(name, _)| *name == entry.name).map(|(_, sum)| *sum);
        if sum.is_some_and(|sum| quantity(entry.value).is_some_and(|own| sum > own)) {
            let message = format!("{}: the {what} of the containers add up to more", show(entry.value));
            errors.error(ErrorType::Invalid, entry.value, message);
        }
    }
}

/// No container's limit may exceed the pod's. The server's path is `resources.containers[0][cpu].limits`.
fn container_limits<'t>(pod: &Pod<'t>, lists: &Lists<'t>, errors: &mut Errors<'t>) {
    let Some(own) = lists.limits else { return };
    for (index, container) in items(pod.spec, "containers").enumerate() {
        for entry in container.at(&["resources", "limits"]).into_iter().flat_map(Node::entries) {
            let Some(limit) = own.get_entry(entry.name) else { continue };
            if quantity(entry.value) > quantity(limit.value) {
                let at = format!("{}.containers[{index}][{}].limits", path_of(lists.holder, errors), entry.name);
                let message = format!("{}: is more than the pod's limit of {}", show(entry.value), show(limit.value));
                errors.error_at_path(ErrorType::Invalid, Place::Value(entry.value), at, message);
            }
        }
    }
}

/// What all containers need together: regular ones and sidecars at once, or one init container beside the sidecars
/// started before it, whichever is more.
fn aggregate<'t>(pod: &Pod<'t>, list: &str, errors: &Errors<'t>) -> Amounts<'t> {
    let mut total = Amounts::new();
    for container in items(pod.spec, "containers") {
        add(&mut total, &amounts(pod, container, list));
    }
    let (mut sidecars, mut starting) = (Amounts::new(), Amounts::new());
    for container in items(pod.spec, "initContainers") {
        let mut own = amounts(pod, container, list);
        if restart::is_sidecar(container, errors) {
            add(&mut total, &own);
            add(&mut sidecars, &own);
            own.clone_from(&sidecars);
        } else {
            add(&mut own, &sidecars);
        }
        raise(&mut starting, &own);
    }
    raise(&mut total, &starting);
    total
}

/// A container's amounts; in a pod, requests default to limits.
fn amounts<'t>(pod: &Pod<'t>, container: Node<'t>, list: &str) -> Amounts<'t> {
    let read = |list: &str| {
        let entries = container.at(&["resources", list]).into_iter().flat_map(Node::entries);
        entries.filter_map(|entry| Some((entry.name, quantity(entry.value)?))).collect::<Amounts<'t>>()
    };
    let mut own = read(list);
    if list == "requests" && pod.is_pod {
        for (name, limit) in read("limits") {
            if !own.iter().any(|(other, _)| *other == name) {
                own.push((name, limit));
            }
        }
    }
    own
}

fn add<'t>(sum: &mut Amounts<'t>, more: &Amounts<'t>) {
    merge(sum, more, Quantity::plus);
}

fn raise<'t>(most: &mut Amounts<'t>, other: &Amounts<'t>) {
    merge(most, other, Quantity::max);
}

fn merge<'t>(into: &mut Amounts<'t>, from: &Amounts<'t>, with: fn(Quantity, Quantity) -> Quantity) {
    for &(name, amount) in from {
        match into.iter_mut().find(|(other, _)| *other == name) {
            Some((_, own)) => *own = with(*own, amount),
            None => into.push((name, amount)),
        }
    }
}
