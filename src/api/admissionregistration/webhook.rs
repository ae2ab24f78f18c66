//! ValidatingWebhookConfiguration and MutatingWebhookConfiguration.
//!
//! In: an object. Out: violations. Mirrors `validateValidatingWebhook` and `validateMutatingWebhook`, with the defaults
//! of `SetDefaults_ValidatingWebhook` filled in.

use super::{conditions, rules};
use crate::api::Report;
use crate::api::check::{self, labels, names, text, webhook};
use crate::yaml::Node;

/// Judges all webhooks of a configuration.
pub(super) fn configuration<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let hooks = root.get("webhooks").into_iter().flat_map(Node::items);
    for (index, hook) in hooks.clone().enumerate() {
        one(hook, index, report);
    }
    check::unique(hooks.filter_map(|hook| hook.get("name")).filter(|name| !text(*name).is_empty()), report);
}

fn one<'t>(hook: Node<'t>, index: usize, report: &mut Report<'t>) {
    check::required_text(hook, "name", names::fully_qualified, report);
    for rule in hook.get("rules").into_iter().flat_map(Node::items) {
        rules::rule(rule, report);
    }
    for field in ["namespaceSelector", "objectSelector"] {
        if let Some(selector) = hook.get(field) {
            labels::selector(selector, report);
        }
    }
    webhook::client_config(hook, "clientConfig", &format!("webhooks[{index}].clientConfig"), report);
    conditions::match_conditions(hook, false, report);
    let path = format!("webhooks[{index}].admissionReviewVersions");
    webhook::review_versions(hook, "admissionReviewVersions", &path, report);
}
