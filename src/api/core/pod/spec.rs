//! The pod spec as a whole, and the single fields that need no module of their own.
//!
//! In: a pod. Out: findings on every part, in the order in which the server looks. Mirrors `ValidatePodSpec`.

use super::Pod;
use super::fields::{invalid_at, need, path};
use super::{
    affinity, claims, containers, dns, env, pod_resources, ports, resources, scheduling, security, volumes, windows,
};
use crate::api::check::{labels, names, number, one_of, text, text_at, valid, valid_if_set};
use crate::api::report::Report;
use crate::yaml::Node;

/// Judges the whole spec.
pub fn check<'t>(pod: &mut Pod<'t>, report: &mut Report<'t>) {
    volumes::check(pod, report);
    claims::check(pod, report);
    let pod = &*pod;
    containers::check(pod, report);
    pod_resources::check(pod, report);
    ports::on_host_network(pod, report);
    restart_policy(pod, report);
    labels::labels_at(pod.spec, "nodeSelector", report);
    security::pod(pod, report);
    affinity::check(pod, report);
    dns::check(pod, report);
    scheduling::check(pod, report);
    windows::host_process_pod(pod, report);
    windows::host_users(pod, report);
    fields(pod, report);
    resources::overhead(pod, report);
    windows::os(pod, report);
    env::file_volumes(pod, report);
}

fn fields<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    service_account(pod, report);
    for field in ["serviceAccountName", "nodeName", "priorityClassName"] {
        valid_if_set(pod.spec, field, names::dns_subdomain, report);
    }
    if let Some(class) = pod.spec.get("runtimeClassName") {
        valid(class, names::dns_subdomain, report);
    }
    number::in_range(pod.spec, "activeDeadlineSeconds", 1..=i64::from(i32::MAX), report);
    preemption(pod, report);
}

/// The field's old name, which the server reads where the new one is empty, and reports under the new one.
fn service_account<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    let Some(node) = pod.spec.get("serviceAccount").filter(|node| !text(*node).is_empty()) else { return };
    if let (true, Err(why)) = (text_at(pod.spec, "serviceAccountName").is_empty(), names::dns_subdomain(text(node))) {
        invalid_at(node, path(pod.spec, "serviceAccountName", report), why, report);
    }
}

fn preemption<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    match pod.spec.get("preemptionPolicy") {
        Some(node) if node.as_str() == Some("") => drop(need(pod.spec, "preemptionPolicy", report)),
        _ => one_of(pod.spec, "preemptionPolicy", &["Never", "PreemptLowerPriority"], report),
    }
}

/// `validateRestartPolicy`, naming the policies that the owner allows.
fn restart_policy<'t>(pod: &Pod<'t>, report: &mut Report<'t>) {
    const ALL: &[&str] = &["Always", "Never", "OnFailure"];
    let allowed = if pod.owner.restart_policies.is_empty() { ALL } else { pod.owner.restart_policies };
    let unknown = |node: &Node<'t>| !text(*node).is_empty() && !ALL.contains(&text(*node));
    if let Some(node) = pod.spec.get("restartPolicy").filter(unknown) {
        report.not_supported(node, allowed);
    }
}
