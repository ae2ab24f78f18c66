//! Validation of the API group `storage.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/storage/validation/validation.go`.

mod attachment;
mod capacity;
mod class;
mod driver;
mod node;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "StorageClass" => class::storage(object.root, report),
        "VolumeAttributesClass" => class::volume_attributes(object.root, report),
        "CSIDriver" => driver::validate(object.root, report),
        "CSINode" => node::validate(object.root, report),
        "CSIStorageCapacity" => capacity::validate(object.root, report),
        "VolumeAttachment" => attachment::validate(object.root, report),
        _ => {}
    }
}
