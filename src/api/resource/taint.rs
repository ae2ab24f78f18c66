//! Taints of devices, and what tolerates them.
//!
//! In: a taint, a toleration, a DeviceTaintRule. Out: violations. Mirrors `validateDeviceTaint`,
//! `validateDeviceToleration` and `validateDeviceTaintRuleSpec`; the default operator is `Equal`.

use super::naming;
use crate::api::Report;
use crate::api::check::{self, csi, labels, names, text, text_at};
use crate::yaml::Node;

const EFFECTS: &[&str] = &["NoExecute", "NoSchedule", "None"];

/// validateDeviceTaint.
pub(super) fn taint<'t>(taint: Node<'t>, report: &mut Report<'t>) {
    labels::key(taint, "key", report);
    check::valid_if_set(taint, "value", names::label_value, report);
    check::required_one_of(taint, "effect", EFFECTS, report);
}

/// validateDeviceToleration.
pub(super) fn toleration<'t>(toleration: Node<'t>, report: &mut Report<'t>) {
    check::valid_if_set(toleration, "key", names::qualified, report);
    check::one_of_if_set(toleration, "operator", &["Equal", "Exists"], report);
    if let Some(value) = toleration.get("value").filter(|value| !text(*value).is_empty()) {
        match text_at(toleration, "operator") {
            "Exists" => {
                report.invalid(value, "must be empty with the operator `Exists`");
            }
            "" | "Equal" => {
                check::valid(value, names::label_value, report);
            }
            _ => {}
        }
    }
    check::one_of_if_set(toleration, "effect", EFFECTS, report);
}

/// ValidateDeviceTaintRule.
pub(super) fn rule<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let Some(spec) = root.get("spec") else { return };
    if let Some(selector) = spec.get("deviceSelector") {
        if let Some(driver) = selector.get("driver") {
            csi::name(driver, report);
        }
        if selector.get("pool").is_some() {
            naming::pool(selector, "pool", report);
        }
        if let Some(device) = selector.get("device") {
            check::valid(device, names::dns_label, report);
        }
    }
    if let Some(node) = spec.get("taint") {
        taint(node, report);
    }
}
