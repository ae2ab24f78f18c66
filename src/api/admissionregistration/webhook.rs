//! ValidatingWebhookConfiguration and MutatingWebhookConfiguration.
//!
//! In: an object. Out: violations. Mirrors `validateValidatingWebhook` and `validateMutatingWebhook`, with the defaults
//! of `SetDefaults_ValidatingWebhook` filled in.

use super::{conditions, rules};
use crate::api::Errors;
use crate::api::check::{self, labels, names, text, webhook};
use crate::yaml::Node;

/// Validates all webhooks of a configuration.
pub(super) fn configuration<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let hooks = root.get("webhooks").into_iter().flat_map(Node::items);
    for (index, hook) in hooks.clone().enumerate() {
        one(hook, index, errors);
    }
    check::unique(hooks.filter_map(|hook| hook.get("name")).filter(|name| !text(*name).is_empty()), errors);
}

fn one<'t>(hook: Node<'t>, index: usize, errors: &mut Errors<'t>) {
    check::required_text(hook, "name", names::fully_qualified, errors);
    for rule in hook.get("rules").into_iter().flat_map(Node::items) {
        rules::rule(rule, errors);
    }
    for field in ["namespaceSelector", "objectSelector"] {
        if let Some(selector) = hook.get(field) {
            labels::selector(selector, errors);
        }
    }
    webhook::client_config(hook, "clientConfig", &format!("webhooks[{index}].clientConfig"), errors);
    conditions::match_conditions(hook, false, errors);
    let path = format!("webhooks[{index}].admissionReviewVersions");
    webhook::review_versions(hook, "admissionReviewVersions", &path, errors);
}
