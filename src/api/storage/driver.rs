//! CSIDriver.
//!
//! In: an object. Out: violations. Mirrors `validateCSIDriverSpec`, with the defaults of `SetDefaults_CSIDriver`.

use std::collections::HashSet;

use crate::api::check::{self, text, text_at};
use crate::api::errors::{quote, show};
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Validates a driver.
pub(super) fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else { return };
    tokens(spec, errors);
    modes(spec, errors);
    if let Some(node) = spec.get("serviceAccountTokenInSecrets").filter(|_| errors.since(35))
        && check::is_empty_at(spec, "tokenRequests")
    {
        errors.error(ErrorType::Invalid, node, "`serviceAccountTokenInSecrets` makes sense with `tokenRequests` only");
    }
}

/// validateTokenRequests.
fn tokens<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for request in spec.get("tokenRequests").into_iter().flat_map(Node::items) {
        let audience = text_at(request, "audience");
        if !seen.insert(audience) {
            let message = format!("the audience {} is listed twice", quote(audience));
            errors.error(ErrorType::Duplicate, Place::field(request, "audience"), message);
        }
    }
}

/// validateVolumeLifecycleModes: reported at the list.
fn modes<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let Some(list) = spec.get("volumeLifecycleModes") else { return };
    let path = Place::Value(list).path(errors.root);
    for node in list.items().filter(|node| !matches!(text(*node), "Persistent" | "Ephemeral")) {
        let message = format!("{} is not supported: use `Persistent` or `Ephemeral`", show(node));
        errors.error_at_path(ErrorType::NotSupported, node, path.clone(), message);
    }
}
