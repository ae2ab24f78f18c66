//! Validation of the API group `storage.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/storage/validation/validation.go`.

mod attachment;
mod capacity;
mod class;
mod driver;
mod node;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "StorageClass" => class::storage(object.root, errors),
        "VolumeAttributesClass" => class::volume_attributes(object.root, errors),
        "CSIDriver" => driver::validate(object.root, errors),
        "CSINode" => node::validate(object.root, errors),
        "CSIStorageCapacity" => capacity::validate(object.root, errors),
        "VolumeAttachment" => attachment::validate(object.root, errors),
        _ => {}
    }
}
