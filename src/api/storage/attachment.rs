//! VolumeAttachment.
//!
//! In: an object. Out: violations. Mirrors `ValidateVolumeAttachment` and what it calls.

use crate::api::check::{csi, names, text, text_at};
use crate::api::core::persistent_volume::inline;
use crate::api::errors::quote;
use crate::api::field::Field;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Node, Place};

/// Validates an attachment.
pub(super) fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else {
        for field in ["spec.attacher", "spec.source", "spec.nodeName"] {
            errors.error(ErrorType::Required, Place::missing(root, field), "`spec` is required");
        }
        return;
    };
    csi::driver_name(spec, "attacher", errors);
    source(spec, errors);
    let node_name = text_at(spec, "nodeName");
    if let Err(why) = names::dns_subdomain(node_name) {
        let message = format!("{}: {why}", quote(node_name));
        errors.error(ErrorType::Invalid, Place::field(spec, "nodeName"), message);
    }
}

/// validateVolumeAttachmentSource.
fn source<'t>(spec: Node<'t>, errors: &mut Errors<'t>) {
    let part = |field: &str| spec.get("source").and_then(|source| source.get(field));
    match (part("persistentVolumeName"), part("inlineVolumeSpec")) {
        (Some(name), None) => volume_name(name, errors),
        (None, Some(volume)) => inline(Field::of(volume), errors),
        (None, None) => {
            let message = "`source` needs `persistentVolumeName` or `inlineVolumeSpec`";
            errors.error(ErrorType::Required, Place::field(spec, "source"), message);
        }
        (Some(_), Some(_)) => {
            let message = "`source` takes only one of `persistentVolumeName` and `inlineVolumeSpec`";
            errors.error(ErrorType::Forbidden, Place::field(spec, "source"), message);
        }
    }
}

fn volume_name<'t>(name: Node<'t>, errors: &mut Errors<'t>) {
    if text(name).is_empty() {
        errors.error(ErrorType::Required, name, "the name of the volume must not be empty");
    } else if let Err(why) = names::dns_subdomain(text(name)) {
        errors.invalid(name, why);
    }
}
