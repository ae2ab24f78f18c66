//! The labels and the selector that the server makes for a job.
//!
//! In: a Job. Out: what validateGeneratedSelector and the selector part of ValidateJobSpec find, given the labels that
//! generateSelector (`pkg/registry/batch/job`) adds before: the job's name and its uid, which nobody can know beforehand.

use crate::api::apps::template;
use crate::api::check::{labels, names, text};
use crate::api::{ErrorType, Errors};
use crate::object::{Object, selector};
use crate::yaml::{Node, Place};

const NAME_LABELS: [&str; 2] = ["job-name", "batch.kubernetes.io/job-name"];
const UID_LABELS: [&str; 2] = ["controller-uid", "batch.kubernetes.io/controller-uid"];

/// Validates labels and selector of a job.
pub fn validate<'t>(object: Object<'t>, spec: Node<'t>, errors: &mut Errors<'t>) {
    let manual = spec.get("manualSelector").and_then(Node::as_bool) == Some(true);
    let selector = spec.get("selector");
    if let Some(node) = selector {
        labels::selector(node, errors);
    }
    if manual {
        manual_selector(spec, selector, errors);
    } else {
        generated_labels(object, spec, errors);
        if let Some(node) = selector.filter(|node| labels::is_selector(Some(*node))) {
            generated_selector(object, node, errors);
        }
    }
}

fn manual_selector<'t>(spec: Node<'t>, selector: Option<Node<'t>>, errors: &mut Errors<'t>) {
    if selector.is_none() {
        errors.required(spec, "selector");
    }
    if labels::is_selector(selector) && !labels::selects(selector, template::template_labels(spec)) {
        template::mismatch(spec, errors);
    }
}

/// Labels of the template that the server sets must not have been set to anything else; the job's name becomes one.
fn generated_labels<'t>(object: Object<'t>, spec: Node<'t>, errors: &mut Errors<'t>) {
    let labels = template::template_labels(spec);
    let entries = labels.into_iter().flat_map(Node::entries);
    let name = object.name().unwrap_or("");
    for entry in entries {
        let is_name = NAME_LABELS.contains(&entry.name);
        if (is_name && text(entry.value) != name) || UID_LABELS.contains(&entry.name) {
            let wanted = if is_name { "the job's name" } else { "the job's uid" };
            let path = format!("spec.template.metadata.labels[{}]", entry.name);
            let message = format!("the server sets `{}` to {wanted}: remove it", entry.name);
            errors.error_at_path(ErrorType::Invalid, Place::Value(entry.value), path, message);
        }
    }
    let becomes_label = names::label_value(name).is_ok() || names::dns_subdomain(name).is_err();
    if let Some(node) = object.metadata().and_then(|meta| meta.get("name")).filter(|_| !becomes_label) {
        let message = format!("`{name}`: becomes a label of its pods and must be no more than 63 characters");
        errors.error_at_path(ErrorType::Invalid, node, "spec.template.labels", message);
    }
}

/// A selector that was written must select exactly what the server's own labels say.
fn generated_selector<'t>(object: Object<'t>, node: Node<'t>, errors: &mut Errors<'t>) {
    let name = object.name().unwrap_or("");
    let expected = |key: &str| NAME_LABELS.contains(&key).then_some(name).or(UID_LABELS.contains(&key).then_some("?"));
    if !selector::selects_by(node, &expected) {
        errors.error(ErrorType::Invalid, Place::Key(node), "the server sets the selector itself: remove it");
    }
}
