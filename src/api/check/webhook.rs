//! How the server calls a webhook.
//!
//! In: a client configuration (`url` or `service`). Out: violations. Mirrors `ValidateWebhookURL` and
//! `ValidateWebhookService` in `k8s.io/apiserver/pkg/util/webhook`, and the list of review versions that webhooks for
//! admission and for conversion share.

use std::collections::HashSet;

use super::{names, number, text, text_at};
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::go::url;
use crate::yaml::{Node, Place};

/// Validates the client configuration under `field` of `parent`. `path` is the server's path of it: for conversion
/// webhooks it is that of an older version of the type.
pub fn client_config<'t>(parent: Node<'t>, field: &str, path: &str, errors: &mut Errors<'t>) {
    let config = parent.get(field);
    let part = |name: &str| config.and_then(|config| config.get(name));
    match (part("url"), part("service")) {
        (Some(url), None) => address(url, &format!("{path}.url"), errors),
        (None, Some(service)) => in_cluster(service, &format!("{path}.service"), errors),
        _ => {
            let message = format!("`{field}` needs exactly one of `url` and `service`");
            errors.error_at_path(ErrorType::Required, Place::field(parent, field), path, message);
        }
    }
}

/// ValidateWebhookURL.
fn address<'t>(node: Node<'t>, path: &str, errors: &mut Errors<'t>) {
    let shown = quote(text(node));
    let url = match url::parse(text(node)) {
        Ok(url) => url,
        Err(why) => {
            let message = format!("{shown} is not a valid URL: {why}");
            errors.error_at_path(ErrorType::Required, node, path, message);
            return;
        }
    };
    let checks = [
        (url.scheme.eq_ignore_ascii_case("https"), "must begin with `https://`"),
        (!url.host.is_empty(), "must name a host: https://host[/path]"),
        (url.user.is_none(), "must not hold user information"),
        (url.fragment.is_empty(), "must not hold a fragment"),
        (url.query.is_empty(), "must not hold query parameters"),
    ];
    for (_, why) in checks.into_iter().filter(|(fine, _)| !fine) {
        errors.error_at_path(ErrorType::Invalid, node, path, format!("{shown}: {why}"));
    }
}

/// ValidateWebhookService. Its callers swap namespace and name, so a missing one is reported at the other's path.
fn in_cluster<'t>(service: Node<'t>, path: &str, errors: &mut Errors<'t>) {
    for (field, said) in [("name", "namespace"), ("namespace", "name")] {
        if text_at(service, field).is_empty() {
            let message = format!("`{field}` is required (the server's message names `{said}`)");
            errors.error_at_path(ErrorType::Required, Place::field(service, field), format!("{path}.{said}"), message);
        }
    }
    if let Some(port) =
        service.get("port").filter(|_| number::int_at(service, "port").is_some_and(|port| !(1..=65535).contains(&port)))
    {
        let message = format!("{}: must be between 1 and 65535", crate::api::errors::show(port));
        errors.error_at_path(ErrorType::Invalid, port, format!("{path}.port"), message);
    }
    if let Some(node) = service.get("path")
        && let Err(why) = url_path(text(node))
    {
        let message = format!("{}: {why}", quote(text(node)));
        errors.error_at_path(ErrorType::Invalid, node, format!("{path}.path"), message);
    }
}

fn url_path(path: &str) -> Result<(), &'static str> {
    if matches!(path, "" | "/") {
        return Ok(());
    }
    let rest = path.strip_prefix('/').ok_or("must begin with `/`")?;
    for step in rest.strip_suffix('/').unwrap_or(rest).split('/') {
        if step.is_empty() {
            return Err("must not hold an empty part between slashes");
        }
        names::dns_subdomain(step).map_err(
            |_| "each part must be lower case letters, digits, `-` or `.`, and start and end with a letter or digit",
        )?;
    }
    Ok(())
}

/// The versions of reviews that a webhook takes: labels, no one twice, and at least one of v1 and v1beta1. Mirrors
/// `validateAdmissionReviewVersions` and `validateConversionReviewVersions`.
pub fn review_versions<'t>(parent: Node<'t>, field: &str, path: &str, errors: &mut Errors<'t>) {
    let Some(list) = parent.get(field).filter(|list| !list.is_empty()) else {
        let message = format!("`{field}` is required: name `v1` or `v1beta1`");
        errors.error_at_path(ErrorType::Required, Place::field(parent, field), path, message);
        return;
    };
    let mut seen = HashSet::new();
    for (index, node) in list.items().enumerate() {
        let at = format!("{path}[{index}]");
        let version = text(node);
        if !seen.insert(version) {
            errors.error_at_path(ErrorType::Invalid, node, at, format!("{} is listed twice", quote(version)));
        } else if let Err(why) = names::dns_1035_label(version) {
            errors.error_at_path(ErrorType::Invalid, node, at, format!("{}: {why}", quote(version)));
        }
    }
    if !["v1", "v1beta1"].iter().any(|version| seen.contains(version)) {
        errors.error_at_path(ErrorType::Invalid, list, path, format!("`{field}` must hold `v1` or `v1beta1`"));
    }
}
