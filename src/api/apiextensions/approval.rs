//! Groups that belong to the Kubernetes community.
//!
//! In: a definition. Out: a violation where its group is protected and no approval is noted. Mirrors
//! `validateAPIApproval` and `GetAPIApprovalState`.

use crate::api::check::text_at;
use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::go::url;
use crate::object::Object;
use crate::yaml::{Node, Place};

const ANNOTATION: &str = "api-approved.kubernetes.io";

/// Validates the annotation of a definition in a protected group.
pub(super) fn validate<'t>(object: Object<'t>, spec: Node<'t>, errors: &mut Errors<'t>) {
    let group = text_at(spec, "group");
    let protected = |domain: &str| group == domain || group.strip_suffix(domain).is_some_and(|p| p.ends_with('.'));
    if !protected("k8s.io") && !protected("kubernetes.io") {
        return;
    }
    let path = format!("metadata.annotations[{ANNOTATION}]");
    let value = object.annotation(ANNOTATION).unwrap_or("");
    if value.is_empty() {
        let message = format!("definitions in {} need the annotation `{ANNOTATION}`", quote(group));
        let place = Place::field(object.root, "metadata");
        errors.error_at_path(ErrorType::Required, place, path, message);
    } else if !value.starts_with("unapproved") && !is_link(value) {
        let node = object.metadata().and_then(|meta| meta.at(&["annotations", ANNOTATION])).unwrap_or(object.root);
        let message = format!("{}: must be a URL, or begin with `unapproved`", quote(value));
        errors.error_at_path(ErrorType::Invalid, node, path, message);
    }
}

fn is_link(text: &str) -> bool {
    url::parse(text).is_ok_and(|url| !url.scheme.is_empty() && !url.host.is_empty())
}
