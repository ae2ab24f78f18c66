//! The pod template of a workload and the selector that must find its pods.
//!
//! In: a workload's spec. Out: violations in its selector, in its template, and where one does not fit the other.

use crate::api::check::{labels, text};
use crate::api::core::pod::{self, Owner};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// The selector of a workload by itself, and against the labels of the template. (The server refuses an invalid one as a
/// whole too; once is enough.)
pub fn selector<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let selector = spec.get("selector");
    if let Some(node) = selector {
        labels::selector(node, errors);
        if labels::is_empty_selector(node) {
            errors.error(ErrorType::Invalid, Place::Key(node), "an empty selector is invalid here");
        }
    }
    if labels::is_selector(selector) && !labels::selects(selector, template_labels(spec)) {
        mismatch(spec, errors);
    }
}

/// `spec`, which must be there for its selector.
pub fn required_spec<'t>(root: Node<'t>, errors: &mut Errors<'t>) -> Option<Node<'t>> {
    let spec = root.get("spec");
    if spec.is_none() {
        let place = Place::missing(root, "spec.selector");
        errors.error(ErrorType::Required, place, "`spec` with a `selector` is required");
    }
    spec
}

/// The labels of the template's pods.
pub fn template_labels(spec: Node<'_>) -> Option<Node<'_>> {
    spec.at(&["template", "metadata", "labels"])
}

/// Says that the selector does not find the template's pods.
pub fn mismatch<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let place = match template_labels(spec) {
        Some(node) => Place::Key(node),
        None => nearest(spec, &["template", "metadata", "labels"]),
    };
    errors.error(ErrorType::Invalid, place, "`selector` does not match the labels of the template");
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

/// The template of a workload whose pods run forever.
pub fn running<'t>(spec: Node<'t>, owner: &Owner<'t>, errors: &mut Errors<'t>) {
    validate(spec, &Owner { restart_policies: &["Always"], ..owner.clone() }, errors);
    // Any other policy is refused with the pod.
    runs_for_ever(spec, |policy| matches!(policy, "Never" | "OnFailure"), errors);
}

/// What the pods of such a workload cannot have: a deadline, and a restart policy that is `wrong`.
pub fn runs_for_ever<'t>(spec: Node<'t>, wrong: impl Fn(&str) -> bool, errors: &mut Errors<'t>) {
    let Some(pod) = spec.at(&["template", "spec"]) else { return };
    if let Some(node) = pod.get("restartPolicy").filter(|node| !text(*node).is_empty() && wrong(text(*node))) {
        errors.not_supported(node, &["Always"]);
    }
    if let Some(node) = pod.get("activeDeadlineSeconds") {
        errors.forbidden(node, "this kind of workload needs pods that run forever");
    }
}

/// The template of a workload: an absent one is a pod without containers.
pub fn validate<'t>(spec: Node<'t>, owner: &Owner<'t>, errors: &mut Errors<'t>) {
    pod::template_at(spec, "template", owner, errors);
}
