//! Scheduling: tolerations, spread constraints, gates, classes.
//!
//! In: a pod. Out: findings. Mirrors `ValidateTolerations`, `validateTopologySpreadConstraints`,
//! `validateSchedulingGates` and `validateReadinessGates`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Pod;
use super::affinity::{label_keys, label_keys_before_merge};
use super::fields::{enumerated, int, invalid, items, need, not_supported, path};
use crate::api::check::{labels, names, one_of, one_of_if_set, text_at};
use crate::api::errors::{ErrorType, Errors, quote, show};
use crate::yaml::{Node, Place};

/// Everything here.
pub(super) fn check<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    for one in items(pod.spec, "tolerations") {
        toleration(one, errors);
    }
    spread(pod, errors);
    gates(pod, errors);
}

/// `Toleration`, of a pod or of a runtime class.
pub fn toleration<'t>(toleration: Node<'t>, errors: &mut Errors<'t>) {
    let (key, operator) = (text_at(toleration, "key"), text_at(toleration, "operator"));
    if !key.is_empty() {
        labels::key(toleration, "key", errors);
    } else if operator != "Exists" {
        invalid(toleration, "operator", "must be `Exists` without a `key`, to tolerate every taint", errors);
    }
    if toleration.get("tolerationSeconds").is_some() && text_at(toleration, "effect") != "NoExecute" {
        invalid(toleration, "effect", "must be `NoExecute` with `tolerationSeconds`", errors);
    }
    operator_and_value(toleration, errors);
    one_of_if_set(toleration, "effect", &["NoExecute", "NoSchedule", "PreferNoSchedule"], errors);
}

/// The server reports a bad value at the operator.
fn operator_and_value<'t>(toleration: Node<'t>, errors: &mut Errors<'t>) {
    let Some(value) = toleration.get("value").filter(|_| !text_at(toleration, "value").is_empty()) else {
        return operator(toleration, errors);
    };
    let why = match text_at(toleration, "operator") {
        "" | "Equal" => names::label_value(text_at(toleration, "value")).err(),
        "Exists" => Some("must be empty with the operator `Exists`"),
        _ => return operator(toleration, errors),
    };
    if let Some(why) = why {
        let at = path(toleration, "operator", errors);
        errors.error_at_path(ErrorType::Invalid, value, at, format!("{}: {why}", show(value)));
    }
}

fn operator<'t>(toleration: Node<'t>, errors: &mut Errors<'t>) {
    // `Lt` and `Gt` wait for TaintTolerationComparisonOperators.
    if !matches!(text_at(toleration, "operator"), "" | "Equal" | "Exists") {
        not_supported(toleration, "operator", &["Equal", "Exists"], errors);
    }
}

/// `TopologySpreadConstraint`s.
fn spread<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let kind = |one: Node<'t>| (text_at(one, "topologyKey"), text_at(one, "whenUnsatisfiable"));
    let mut left: FxHashMap<_, usize> = FxHashMap::default();
    for one in items(pod.spec, "topologySpreadConstraints") {
        *left.entry(kind(one)).or_default() += 1;
    }
    for one in items(pod.spec, "topologySpreadConstraints") {
        constraint(pod, one, errors);
        let left = left.entry(kind(one)).or_default();
        *left -= 1;
        if *left > 0 {
            let place = Place::missing(one, "{topologyKey, whenUnsatisfiable}");
            let message = "a later constraint has the same `topologyKey` and `whenUnsatisfiable`";
            errors.error(ErrorType::Duplicate, place, message);
        }
    }
}

fn constraint<'t>(pod: &Pod<'t>, one: Node<'t>, errors: &mut Errors<'t>) {
    if int(one, "maxSkew") <= 0 {
        invalid(one, "maxSkew", "must be greater than 0", errors);
    }
    need(one, "topologyKey", errors);
    enumerated(one, "whenUnsatisfiable", &["DoNotSchedule", "ScheduleAnyway"], errors);
    // Dropped before 1.27 (MinDomainsInPodTopologySpread).
    if one.get("minDomains").is_some() && errors.since(27) {
        min_domains(one, errors);
    }
    let fields: &[&str] = if errors.since(26) { &["nodeAffinityPolicy", "nodeTaintsPolicy"] } else { &[] };
    for field in fields {
        one_of(one, field, &["Honor", "Ignore"], errors);
    }
    if errors.since(34) {
        label_keys(pod, one, errors);
    } else if errors.since(27) {
        label_keys_before_merge(one, errors);
    }
    if let Some(selector) = one.get("labelSelector").filter(|_| errors.since(27)) {
        labels::selector(selector, errors);
    }
}

fn min_domains<'t>(one: Node<'t>, errors: &mut Errors<'t>) {
    if int(one, "minDomains") <= 0 {
        invalid(one, "minDomains", "must be greater than 0", errors);
    }
    if text_at(one, "whenUnsatisfiable") != "DoNotSchedule" {
        invalid(one, "minDomains", "needs `whenUnsatisfiable: DoNotSchedule`", errors);
    }
}

/// `schedulingGates` (reported at the gate) and `readinessGates`.
fn gates<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    for gate in items(pod.spec, "readinessGates") {
        labels::key(gate, "conditionType", errors);
    }
    // Dropped before 1.27 (PodSchedulingReadiness).
    if !errors.since(27) {
        return;
    }
    let mut seen = FxHashSet::default();
    for gate in items(pod.spec, "schedulingGates") {
        let name = text_at(gate, "name");
        if let Err(why) = names::qualified(name) {
            errors.error(ErrorType::Invalid, gate, format!("{}: {why}", quote(name)));
        }
        if !seen.insert(name) {
            errors.error(ErrorType::Duplicate, gate, format!("gate {} is listed twice", quote(name)));
        }
    }
    let gated = pod.is_pod && !seen.is_empty();
    if let Some(node) = pod.spec.get("nodeName").filter(|_| gated && !text_at(pod.spec, "nodeName").is_empty()) {
        errors.forbidden(node, "the pod has `schedulingGates`, so it cannot have a node yet");
    }
}
