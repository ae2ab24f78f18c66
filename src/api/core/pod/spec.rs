//! The pod spec as a whole, and the single fields that need no module of their own.
//!
//! In: a pod. Out: findings on every part, in the order in which the server looks. Mirrors `ValidatePodSpec`.

use super::Pod;
use super::fields::{invalid_at, need, path};
use super::{
    affinity, claims, containers, dns, env, pod_resources, ports, resources, scheduling, security, volumes, windows,
};
use crate::api::check::{labels, names, number, one_of, text, text_at, valid, valid_if_set};
use crate::api::errors::Errors;
use crate::yaml::Node;

/// Validates the whole spec.
pub fn check<'t>(pod: &mut Pod<'t>, errors: &mut Errors<'t>) {
    volumes::check(pod, errors);
    claims::check(pod, errors);
    let pod = &*pod;
    containers::check(pod, errors);
    pod_resources::check(pod, errors);
    ports::on_host_network(pod, errors);
    restart_policy(pod, errors);
    labels::labels_at(pod.spec, "nodeSelector", errors);
    security::pod(pod, errors);
    affinity::check(pod, errors);
    dns::check(pod, errors);
    scheduling::check(pod, errors);
    windows::host_process_pod(pod, errors);
    windows::host_users(pod, errors);
    fields(pod, errors);
    resources::overhead(pod, errors);
    windows::os(pod, errors);
    env::file_volumes(pod, errors);
}

fn fields<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    service_account(pod, errors);
    for field in ["serviceAccountName", "nodeName", "priorityClassName"] {
        valid_if_set(pod.spec, field, names::dns_subdomain, errors);
    }
    if let Some(class) = pod.spec.get("runtimeClassName") {
        valid(class, names::dns_subdomain, errors);
    }
    number::in_range(pod.spec, "activeDeadlineSeconds", 1..=i64::from(i32::MAX), errors);
    preemption(pod, errors);
}

/// The field's old name, which the server reads where the new one is empty, and reports under the new one.
fn service_account<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(node) = pod.spec.get("serviceAccount").filter(|node| !text(*node).is_empty()) else { return };
    if let (true, Err(why)) = (text_at(pod.spec, "serviceAccountName").is_empty(), names::dns_subdomain(text(node))) {
        invalid_at(node, path(pod.spec, "serviceAccountName", errors), why, errors);
    }
}

fn preemption<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    match pod.spec.get("preemptionPolicy") {
        Some(node) if node.as_str() == Some("") => drop(need(pod.spec, "preemptionPolicy", errors)),
        _ => one_of(pod.spec, "preemptionPolicy", &["Never", "PreemptLowerPriority"], errors),
    }
}

/// `validateRestartPolicy`, naming the policies that the owner allows.
fn restart_policy<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    const ALL: &[&str] = &["Always", "Never", "OnFailure"];
    let allowed = if pod.owner.restart_policies.is_empty() { ALL } else { pod.owner.restart_policies };
    let unknown = |node: &Node<'t>| !text(*node).is_empty() && !ALL.contains(&text(*node));
    if let Some(node) = pod.spec.get("restartPolicy").filter(unknown) {
        errors.not_supported(node, allowed);
    }
}
