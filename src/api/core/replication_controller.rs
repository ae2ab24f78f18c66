//! ReplicationControllers and PodTemplates.
//!
//! In: the object. Out: what ValidateReplicationControllerSpec and ValidatePodTemplate find.

use super::pod::{self, Owner};
use crate::api::Errors;
use crate::api::apps::template;
use crate::api::check::is_empty_at;
use crate::object::{Labels, selector};
use crate::yaml::Node;

/// ValidateReplicationController.
pub fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = template::required_spec(root, errors) else { return };
    // The labels of the template are the default.
    let labels = template::template_labels(spec).filter(|labels| !labels.is_empty());
    if is_empty_at(spec, "selector") && labels.is_none() {
        errors.required(spec, "selector");
    }
    if spec.get("template").is_none() {
        return;
    }
    let given = spec.get("selector").filter(|given| !given.is_empty());
    if given.is_some_and(|given| !selector::map_selects(given, Labels(labels))) {
        template::mismatch(spec, errors);
    }
    template::running(spec, &Owner::default(), errors);
}

/// ValidatePodTemplate.
pub fn pod_template<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    pod::template_at(root, "template", &Owner::default(), errors);
}
