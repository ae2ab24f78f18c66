//! How objects are converted between versions.
//!
//! In: the spec of a definition. Out: violations. Mirrors `validateCustomResourceConversion`. The server judges an older
//! form, in which the webhook's configuration is called `webhookClientConfig`.

use crate::api::check::{self, text_at, webhook};
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

const CLIENT: &str = "spec.conversion.webhookClientConfig";
const VERSIONS: &str = "spec.conversion.conversionReviewVersions";

/// Judges `spec.conversion`; the default is to convert nothing.
pub(super) fn validate<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    let Some(conversion) = spec.get("conversion") else { return };
    check::required_one_of(conversion, "strategy", &["None", "Webhook"], report);
    let hook = conversion.get("webhook");
    if text_at(conversion, "strategy") == "Webhook" {
        match hook {
            Some(hook) => called(hook, report),
            None => absent(conversion, report),
        }
    } else if let Some(hook) = hook {
        unused(hook, report);
    }
}

fn called<'t>(hook: Node<'t>, report: &mut Report<'t>) {
    if hook.get("clientConfig").is_some() {
        webhook::client_config(hook, "clientConfig", CLIENT, report);
    } else {
        let place = Place::field(hook, "clientConfig");
        report.error_at_path(ErrorType::Required, place, CLIENT, "`clientConfig` is required to call a webhook");
    }
    webhook::review_versions(hook, "conversionReviewVersions", VERSIONS, report);
}

fn absent<'t>(conversion: Node<'t>, report: &mut Report<'t>) {
    for path in [CLIENT, VERSIONS] {
        let place = Place::field(conversion, "webhook");
        report.error_at_path(ErrorType::Required, place, path, "`webhook` is required with this strategy");
    }
}

fn unused<'t>(hook: Node<'t>, report: &mut Report<'t>) {
    let message = "makes sense with the strategy `Webhook` only";
    if let Some(node) = hook.get("clientConfig") {
        report.error_at_path(ErrorType::Forbidden, Place::Key(node), CLIENT, format!("`clientConfig` {message}"));
    }
    if let Some(node) = hook.get("conversionReviewVersions").filter(|node| !node.is_empty()) {
        let message = format!("`conversionReviewVersions` {message}");
        report.error_at_path(ErrorType::Forbidden, Place::Key(node), VERSIONS, message);
    }
}
