//! Taints of devices, and what tolerates them.
//!
//! In: a taint, a toleration, a DeviceTaintRule. Out: violations. Mirrors `validateDeviceTaint`,
//! `validateDeviceToleration` and `validateDeviceTaintRuleSpec`; the default operator is `Equal`.

use super::naming;
use crate::api::Errors;
use crate::api::check::{self, csi, labels, names, text, text_at};
use crate::yaml::Node;

const EFFECTS: &[&str] = &["NoExecute", "NoSchedule", "None"];

/// validateDeviceTaint.
pub(super) fn taint<'t>(taint: Node<'t>, errors: &mut Errors<'t>) {
    labels::key(taint, "key", errors);
    check::valid_if_set(taint, "value", names::label_value, errors);
    check::required_one_of(taint, "effect", EFFECTS, errors);
}

/// validateDeviceToleration.
pub(super) fn toleration<'t>(toleration: Node<'t>, errors: &mut Errors<'t>) {
    check::valid_if_set(toleration, "key", names::qualified, errors);
    check::one_of_if_set(toleration, "operator", &["Equal", "Exists"], errors);
    if let Some(value) = toleration.get("value").filter(|value| !text(*value).is_empty()) {
        match text_at(toleration, "operator") {
            "Exists" => {
                errors.invalid(value, "must be empty with the operator `Exists`");
            }
            "" | "Equal" => {
                check::valid(value, names::label_value, errors);
            }
            _ => {}
        }
    }
    check::one_of_if_set(toleration, "effect", EFFECTS, errors);
}

/// ValidateDeviceTaintRule.
pub(super) fn rule<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else { return };
    if let Some(selector) = spec.get("deviceSelector") {
        if let Some(driver) = selector.get("driver") {
            csi::name(driver, errors);
        }
        if selector.get("pool").is_some() {
            naming::pool(selector, "pool", errors);
        }
        if let Some(device) = selector.get("device") {
            check::valid(device, names::dns_label, errors);
        }
    }
    if let Some(node) = spec.get("taint") {
        taint(node, errors);
    }
}
