//! The pod template of a workload and the selector that must find its pods.
//!
//! In: a workload's spec. Out: violations in its selector, in its template, and where one does not fit the other.

use crate::api::check::{labels, text};
use crate::api::core::pod::{self, Owner};
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// The selector of a workload by itself, and against the labels of the template. (The server refuses an invalid one as a
/// whole too; once is enough.)
pub fn selector<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    let selector = spec.get("selector");
    if let Some(node) = selector {
        labels::selector(node, report);
        if labels::is_empty_selector(node) {
            report.error(ErrorType::Invalid, Place::Key(node), "an empty selector is invalid here");
        }
    }
    if labels::is_selector(selector) && !labels::selects(selector, template_labels(spec)) {
        mismatch(spec, report);
    }
}

/// `spec`, which must be there for its selector.
pub fn required_spec<'t>(root: Node<'t>, report: &mut Report<'t>) -> Option<Node<'t>> {
    let spec = root.get("spec");
    if spec.is_none() {
        let place = Place::missing(root, "spec.selector");
        report.error(ErrorType::Required, place, "`spec` with a `selector` is required");
    }
    spec
}

/// The labels of the template's pods.
pub fn template_labels(spec: Node<'_>) -> Option<Node<'_>> {
    spec.at(&["template", "metadata", "labels"])
}

/// Says that the selector does not find the template's pods.
pub fn mismatch<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    let place = match template_labels(spec) {
        Some(node) => Place::Key(node),
        None => nearest(spec, &["template", "metadata", "labels"]),
    };
    report.error(ErrorType::Invalid, place, "`selector` does not match the labels of the template");
}

/// The field at the end of `keys` as missing under the last of them that is there.
pub fn nearest<'t>(node: Node<'t>, keys: &[&str]) -> Place<'t> {
    match keys {
        [key, rest @ ..] if !rest.is_empty() => match node.get(key) {
            Some(child) => nearest(child, rest),
            None => Place::missing(node, keys.join(".")),
        },
        _ => Place::field(node, keys[0]),
    }
}

/// The template of a workload whose pods run for ever.
pub fn running<'t>(spec: Node<'t>, owner: &Owner<'t>, report: &mut Report<'t>) {
    validate(spec, &Owner { restart_policies: &["Always"], ..owner.clone() }, report);
    // Any other policy is refused with the pod.
    runs_for_ever(spec, |policy| matches!(policy, "Never" | "OnFailure"), report);
}

/// What the pods of such a workload cannot have: a deadline, and a restart policy that is `wrong`.
pub fn runs_for_ever<'t>(spec: Node<'t>, wrong: impl Fn(&str) -> bool, report: &mut Report<'t>) {
    let Some(pod) = spec.at(&["template", "spec"]) else { return };
    if let Some(node) = pod.get("restartPolicy").filter(|node| !text(*node).is_empty() && wrong(text(*node))) {
        report.not_supported(node, &["Always"]);
    }
    if let Some(node) = pod.get("activeDeadlineSeconds") {
        report.forbidden(node, "pods of this kind of workload run for ever");
    }
}

/// The template of a workload: an absent one is a pod without containers.
pub fn validate<'t>(spec: Node<'t>, owner: &Owner<'t>, report: &mut Report<'t>) {
    pod::template_at(spec, "template", owner, report);
}
