//! How objects are converted between versions.
//!
//! In: the spec of a definition. Out: violations. Mirrors `validateCustomResourceConversion`. The server checks an older
//! form, in which the webhook's configuration is called `webhookClientConfig`.

use crate::api::check::{self, text_at, webhook};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

const CLIENT: &str = "spec.conversion.webhookClientConfig";
const VERSIONS: &str = "spec.conversion.conversionReviewVersions";

/// Validates `spec.conversion`; the default is to convert nothing.
pub(super) fn validate<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(conversion) = spec.get("conversion") else { return };
    check::required_one_of(conversion, "strategy", &["None", "Webhook"], errors);
    let hook = conversion.get("webhook");
    if text_at(conversion, "strategy") == "Webhook" {
        match hook {
            Some(hook) => called(hook, errors),
            None => absent(conversion, errors),
        }
    } else if let Some(hook) = hook {
        unused(hook, errors);
    }
}

fn called<'t>(hook: Node<'t>, errors: &mut Errors<'t>) {
    if hook.get("clientConfig").is_some() {
        webhook::client_config(hook, "clientConfig", CLIENT, errors);
    } else {
        let place = Place::field(hook, "clientConfig");
        errors.error_at_path(ErrorType::Required, place, CLIENT, "`clientConfig` is required to call a webhook");
    }
    webhook::review_versions(hook, "conversionReviewVersions", VERSIONS, errors);
}

fn absent<'t>(conversion: Node<'t>, errors: &mut Errors<'t>) {
    for path in [CLIENT, VERSIONS] {
        let place = Place::field(conversion, "webhook");
        errors.error_at_path(ErrorType::Required, place, path, "`webhook` is required with this strategy");
    }
}

fn unused<'t>(hook: Node<'t>, errors: &mut Errors<'t>) {
    let message = "is only allowed with strategy `Webhook`";
    if let Some(node) = hook.get("clientConfig") {
        errors.error_at_path(ErrorType::Forbidden, Place::Key(node), CLIENT, format!("`clientConfig` {message}"));
    }
    if let Some(node) = hook.get("conversionReviewVersions").filter(|node| !node.is_empty()) {
        let message = format!("`conversionReviewVersions` {message}");
        errors.error_at_path(ErrorType::Forbidden, Place::Key(node), VERSIONS, message);
    }
}
