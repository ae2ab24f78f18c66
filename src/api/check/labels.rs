//! Labels, annotations and label selectors.
//!
//! In: the maps and selectors of any object. Out: violations, at the paths the server names: a bad label or annotation
//! key is reported at the map as a whole. Mirrors `k8s.io/apimachinery/pkg/apis/meta/v1/validation` and
//! `pkg/api/validation/objectmeta.go`.

use super::{Check, names, text, text_at};
use crate::api::{ErrorType, Errors};
use crate::object::{self, Labels};
use crate::yaml::{Node, Place};

/// Most bytes that keys and values of annotations may have together (TotalAnnotationSizeLimitB).
pub const ANNOTATIONS_LIMIT: usize = 256 * 1024;

/// ValidateLabels: keys are qualified names, values label values.
pub fn labels<'t>(map: Node<'t>, errors: &mut Errors<'t>) {
    for entry in map.entries() {
        at_map(map, Place::key(entry), entry.name, names::qualified(entry.name), errors);
        let value = text(entry.value);
        at_map(map, Place::Value(entry.value), value, names::label_value(value), errors);
    }
}

/// The labels under `field` of `parent`, where there are any.
pub fn labels_at<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    if let Some(map) = parent.get(field) {
        labels(map, errors);
    }
}

/// ValidateAnnotations: keys are qualified names in any case; all together have at most 256 KiB.
pub fn annotations<'t>(map: Node<'t>, errors: &mut Errors<'t>) {
    let mut size = 0;
    for entry in map.entries() {
        size += entry.name.len() + text(entry.value).len();
        let outcome = names::qualified(&entry.name.to_lowercase());
        at_map(map, Place::key(entry), entry.name, outcome, errors);
    }
    if size > ANNOTATIONS_LIMIT {
        let message = format!("annotations have {size} bytes together: at most {ANNOTATIONS_LIMIT} are allowed");
        errors.error(ErrorType::TooLong, Place::Value(map), message);
    }
}

fn at_map<'t>(map: Node<'t>, place: Place<'t>, value: &str, outcome: Check, errors: &mut Errors<'t>) {
    if let Err(why) = outcome {
        let path = map.path_from(Some(errors.root));
        let message = format!("{}: {why}", crate::api::errors::quote(value));
        errors.error_at_path(ErrorType::Invalid, place, path, message);
    }
}

/// ValidateLabelSelector, with the strictness of new objects.
pub fn selector<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    labels_at(node, "matchLabels", errors);
    for expression in node.get("matchExpressions").into_iter().flat_map(Node::items) {
        requirement(expression, errors);
    }
}

/// ValidateLabelSelectorRequirement.
fn requirement<'t>(node: Node<'t>, errors: &mut Errors<'t>) {
    let values = node.get("values").filter(|values| !values.is_empty());
    match (text_at(node, "operator"), values) {
        ("In" | "NotIn", None) => {
            let message = "`values` is required with the operators `In` and `NotIn`";
            errors.error(ErrorType::Required, Place::field(node, "values"), message);
        }
        ("Exists" | "DoesNotExist", Some(values)) => {
            errors.forbidden(values, "the operators `Exists` and `DoesNotExist` take no values");
        }
        ("In" | "NotIn" | "Exists" | "DoesNotExist", _) => {}
        (operator, _) => {
            let quoted = crate::api::errors::quote(operator);
            let message = format!("{quoted} is not a valid operator: use `In`, `NotIn`, `Exists` or `DoesNotExist`");
            errors.error(ErrorType::Invalid, Place::field(node, "operator"), message);
        }
    }
    key(node, "key", errors);
    for value in values.into_iter().flat_map(Node::items) {
        super::valid(value, names::label_value, errors);
    }
}

/// ValidateLabelName: a field that must hold a label key.
pub fn key<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    let key = text_at(parent, field);
    if let Err(why) = names::qualified(key) {
        let message = format!("{}: {why}", crate::api::errors::quote(key));
        errors.error(ErrorType::Invalid, Place::field(parent, field), message);
    }
}

/// LabelSelectorAsSelector: whether operators, keys and values make a selector (an absent one does: it selects nothing).
pub fn is_selector(node: Option<Node<'_>>) -> bool {
    let Some(node) = node else { return true };
    let mut labels = node.get("matchLabels").into_iter().flat_map(Node::entries);
    let labels_ok =
        labels.all(|entry| names::qualified(entry.name).is_ok() && names::label_value(text(entry.value)).is_ok());
    labels_ok && node.get("matchExpressions").into_iter().flat_map(Node::items).all(is_requirement)
}

fn is_requirement(node: Node<'_>) -> bool {
    let mut values = node.get("values").into_iter().flat_map(Node::items);
    let any = !super::is_empty_at(node, "values");
    let operator_ok = match text_at(node, "operator") {
        "In" | "NotIn" => any,
        "Exists" | "DoesNotExist" => !any,
        _ => false,
    };
    operator_ok && names::qualified(text_at(node, "key")).is_ok() && values.all(|v| names::label_value(text(v)).is_ok())
}

/// Whether a selector that [`is_selector`] selects these labels; an absent one selects nothing.
pub fn selects(selector: Option<Node<'_>>, labels: Option<Node<'_>>) -> bool {
    selector.is_some_and(|selector| object::selector::selects(selector, Labels(labels)))
}

/// Whether a LabelSelector asks for nothing at all.
pub fn is_empty_selector(node: Node<'_>) -> bool {
    super::is_empty_at(node, "matchLabels") && super::is_empty_at(node, "matchExpressions")
}
