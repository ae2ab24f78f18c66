//! CSIDriver.
//!
//! In: an object. Out: violations. Mirrors `validateCSIDriverSpec`, with the defaults of `SetDefaults_CSIDriver`.

use std::collections::HashSet;

use crate::api::check::{self, text, text_at};
use crate::api::report::{quote, show};
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// Judges a driver.
pub(super) fn validate<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let Some(spec) = root.get("spec") else { return };
    tokens(spec, report);
    modes(spec, report);
    if let Some(node) = spec.get("serviceAccountTokenInSecrets").filter(|_| report.since(35))
        && check::is_empty_at(spec, "tokenRequests")
    {
        report.error(ErrorType::Invalid, node, "`serviceAccountTokenInSecrets` makes sense with `tokenRequests` only");
    }
}

/// validateTokenRequests.
fn tokens<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    let mut seen = HashSet::new();
    for request in spec.get("tokenRequests").into_iter().flat_map(Node::items) {
        let audience = text_at(request, "audience");
        if !seen.insert(audience) {
            let message = format!("the audience {} stands here twice", quote(audience));
            report.error(ErrorType::Duplicate, Place::field(request, "audience"), message);
        }
    }
}

/// validateVolumeLifecycleModes: reported at the list.
fn modes<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    let Some(list) = spec.get("volumeLifecycleModes") else { return };
    let path = Place::Value(list).path(report.root);
    for node in list.items().filter(|node| !matches!(text(*node), "Persistent" | "Ephemeral")) {
        let message = format!("{} is not supported: use `Persistent` or `Ephemeral`", show(node));
        report.error_at_path(ErrorType::NotSupported, node, path.clone(), message);
    }
}
