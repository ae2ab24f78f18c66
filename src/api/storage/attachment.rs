//! VolumeAttachment.
//!
//! In: an object. Out: violations. Mirrors `ValidateVolumeAttachment` and what it calls.

use crate::api::check::{csi, names, text, text_at};
use crate::api::core::persistent_volume::inline;
use crate::api::field::Field;
use crate::api::report::quote;
use crate::api::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// Judges an attachment.
pub(super) fn validate<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let Some(spec) = root.get("spec") else {
        for field in ["spec.attacher", "spec.source", "spec.nodeName"] {
            report.error(ErrorType::Required, Place::missing(root, field), "`spec` is required");
        }
        return;
    };
    csi::driver_name(spec, "attacher", report);
    source(spec, report);
    let node_name = text_at(spec, "nodeName");
    if let Err(why) = names::dns_subdomain(node_name) {
        let message = format!("{}: {why}", quote(node_name));
        report.error(ErrorType::Invalid, Place::field(spec, "nodeName"), message);
    }
}

/// validateVolumeAttachmentSource.
fn source<'t>(spec: Node<'t>, report: &mut Report<'t>) {
    let part = |field: &str| spec.get("source").and_then(|source| source.get(field));
    match (part("persistentVolumeName"), part("inlineVolumeSpec")) {
        (Some(name), None) => volume_name(name, report),
        (None, Some(volume)) => inline(Field::of(volume), report),
        (None, None) => {
            let message = "`source` needs `persistentVolumeName` or `inlineVolumeSpec`";
            report.error(ErrorType::Required, Place::field(spec, "source"), message);
        }
        (Some(_), Some(_)) => {
            let message = "`source` takes only one of `persistentVolumeName` and `inlineVolumeSpec`";
            report.error(ErrorType::Forbidden, Place::field(spec, "source"), message);
        }
    }
}

fn volume_name<'t>(name: Node<'t>, report: &mut Report<'t>) {
    if text(name).is_empty() {
        report.error(ErrorType::Required, name, "the name of the volume must not be empty");
    } else if let Err(why) = names::dns_subdomain(text(name)) {
        report.invalid(name, why);
    }
}
