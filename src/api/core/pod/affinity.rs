//! Where a pod wants to run.
//!
//! In: a pod. Out: findings on `affinity`. Mirrors `validateAffinity` and what it calls.

use super::Pod;
use super::fields::{items, path, path_of, within};
use crate::api::check::{labels, names, text, text_at};
use crate::api::core::node_selector::{node_selector, node_selector_term};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::api::field::Field;
use crate::yaml::{Node, Place};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

/// `PodSpec.affinity`.
pub fn check<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    let Some(affinity) = pod.spec.get("affinity") else { return };
    if let Some(node) = affinity.get("nodeAffinity") {
        node_affinity(node, errors);
    }
    for field in ["podAffinity", "podAntiAffinity"] {
        if let Some(node) = affinity.get(field) {
            pod_affinity(pod, node, errors);
        }
    }
}

fn node_affinity<'t>(affinity: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(selector) = affinity.get(REQUIRED) {
        node_selector(Field::of(selector), errors);
    }
    for weighted in items(affinity, PREFERRED) {
        within(weighted, "weight", 1, 100, errors);
        if let Some(preference) = weighted.get("preference") {
            node_selector_term(Field::of(preference), false, errors);
        }
    }
}

fn pod_affinity<'t>(pod: &Pod<'t>, affinity: Node<'t>, errors: &mut Errors<'t>) {
    for one in items(affinity, REQUIRED) {
        term(pod, one, errors);
    }
    for weighted in items(affinity, PREFERRED) {
        within(weighted, "weight", 1, 100, errors);
        match weighted.get("podAffinityTerm") {
            Some(one) => term(pod, one, errors),
            None => no_term(weighted, errors),
        }
    }
}

/// A term that is not there is an empty one: without its key.
fn no_term<'t>(weighted: Node<'t>, errors: &mut Errors<'t>) {
    let place = Place::missing(weighted, "podAffinityTerm.topologyKey");
    errors.error(ErrorType::Required, place, "`podAffinityTerm` with its `topologyKey` is required");
}

/// `PodAffinityTerm`.
fn term<'t>(pod: &Pod<'t>, term: Node<'t>, errors: &mut Errors<'t>) {
    for field in ["labelSelector", "namespaceSelector"] {
        if let Some(selector) = term.get(field) {
            labels::selector(selector, errors);
        }
    }
    for namespace in items(term, "namespaces") {
        if let Err(why) = names::dns_label(text(namespace)) {
            // The server's spelling: without the s and the index.
            let at = path(term, "namespace", errors);
            errors.error_at_path(ErrorType::Invalid, namespace, at, format!("{}: {why}", quote(text(namespace))));
        }
    }
    if errors.since(31) {
        label_keys(pod, term, errors);
    }
    if text_at(term, "topologyKey").is_empty() {
        errors.required(term, "topologyKey");
    } else {
        labels::key(term, "topologyKey", errors);
    }
}

/// `matchLabelKeys` and `mismatchLabelKeys` beside a selector: `ValidateMatchLabelKeysAndMismatchLabelKeys`.
pub fn label_keys<'t>(pod: &Pod<'t>, holder: Node<'t>, errors: &mut Errors<'t>) {
    let lists = ["matchLabelKeys", "mismatchLabelKeys"].map(|field| holder.get(field).filter(|list| !list.is_empty()));
    let selector = holder.get("labelSelector");
    for list in lists.into_iter().flatten() {
        if selector.is_none() {
            errors.forbidden(list, "there is no `labelSelector` to add to");
            continue;
        }
        for key in list.items() {
            crate::api::check::valid(key, names::qualified, errors);
        }
    }
    if let (Some(keys), Some(selector)) = (lists[0], selector) {
        selected_already(pod, holder, keys, selector, errors);
    }
    if let Some(selector) = selector.filter(|_| pod.is_pod) {
        merged_values(pod, lists.into_iter().flatten(), selector, errors);
    }
    for key in lists[0].into_iter().flat_map(Node::items) {
        if items(holder, "mismatchLabelKeys").any(|other| text(other) == text(key)) {
            errors.invalid(key, "is also in `mismatchLabelKeys`");
        }
    }
}

/// A key of `matchLabelKeys` that the selector has already. The server adds a pod's own labels to the selector before it
/// looks, and so finds a key twice; in a template it finds only what is written twice. It puts the index of the key
/// behind the term.
fn selected_already<'t>(pod: &Pod<'t>, holder: Node<'t>, keys: Node<'t>, selector: Node<'t>, errors: &mut Errors<'t>) {
    for (index, key) in keys.items().enumerate() {
        let name = text(key);
        let in_labels = selector.get("matchLabels").is_some_and(|map| map.get_entry(name).is_some());
        let expressions = items(selector, "matchExpressions").filter(|one| text_at(*one, "key") == name).count();
        let added = usize::from(pod.is_pod && pod.label(name).is_some());
        if expressions + added > 0 && usize::from(in_labels) + expressions + added > 1 {
            let at = format!("{}[{index}]", path_of(holder, errors));
            let message = format!("{}: the selector has this key already", quote(name));
            errors.error_at_path(ErrorType::Invalid, key, at, message);
        }
    }
}

/// The values of a pod's own labels that the server adds to the selector, behind what is written there.
fn merged_values<'t>(
    pod: &Pod<'t>,
    lists: impl Iterator<Item = Node<'t>>,
    selector: Node<'t>,
    errors: &mut Errors<'t>,
) {
    let written = items(selector, "matchExpressions").count();
    let keys = lists.flat_map(Node::items).filter_map(|key| Some((key, pod.label(text(key))?)));
    for (added, (key, value)) in keys.enumerate() {
        if let Err(why) = names::label_value(value) {
            let index = written + added;
            let at = format!("{}.matchExpressions[{index}].values[0]", path_of(selector, errors));
            let message = format!("the label's value {} becomes part of the selector: {why}", quote(value));
            errors.error_at_path(ErrorType::Invalid, key, at, message);
        }
    }
}

/// `matchLabelKeys` of spread constraints before 1.34: `ValidateMatchLabelKeysInTopologySpread`.
pub fn label_keys_before_merge<'t>(holder: Node<'t>, errors: &mut Errors<'t>) {
    let Some(keys) = holder.get("matchLabelKeys").filter(|list| !list.is_empty()) else { return };
    let Some(selector) = holder.get("labelSelector") else {
        errors.forbidden(keys, "there is no `labelSelector` to add to");
        return;
    };
    for key in keys.items() {
        crate::api::check::valid(key, names::qualified, errors);
        let in_labels = selector.get("matchLabels").is_some_and(|map| map.get_entry(text(key)).is_some());
        if in_labels || items(selector, "matchExpressions").any(|one| text_at(one, "key") == text(key)) {
            errors.invalid(key, "the selector has this key already");
        }
    }
}
