//! PersistentVolume.
//!
//! In: a decoded volume. Out: findings. Mirrors `ValidatePersistentVolume` of `pkg/apis/core/validation` and
//! `checkMountOption` of `pkg/volume/validation`.

pub mod remote;
pub mod sources;

use crate::api::core::claim::access_modes;
use crate::api::core::node_selector::node_selector;
use crate::api::core::quantity::positive;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;
use crate::yaml::Place;

const MOUNT_OPTIONS: &str = "volume.beta.kubernetes.io/mount-options";

/// The sources that take mount options by annotation.
const MOUNTABLE: [&str; 13] = [
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "nfs",
    "rbd",
    "quobyte",
    "iscsi",
    "cinder",
    "cephfs",
    "azureFile",
    "vsphereVolume",
    "azureDisk",
    "photonPersistentDisk",
];

/// `ValidatePersistentVolume` and `checkMountOption`.
pub fn persistent_volume<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let volume = Field::of(object.root).child("spec");
    let name = object.name().unwrap_or("");
    access_modes(volume.child("accessModes"), errors);
    capacity(volume.child("capacity"), errors);
    node_affinity(volume.child("nodeAffinity"), errors);
    sources::sources(volume, name, errors);
    recycled_root(volume, errors);
    attributes_class(volume, errors);
    mount_options(object, volume, errors);
}

/// `ValidatePersistentVolumeSpec` where a VolumeAttachment holds the volume itself, which must be a CSI volume.
pub fn inline<'t>(volume: Field<'t>, errors: &mut Errors<'t>) {
    for name in ["claimRef", "capacity", "nodeAffinity", "storageClassName"] {
        let field = volume.child(name);
        let is_set = field.is_present() && (name == "claimRef" || name == "nodeAffinity" || !field.is_empty());
        if is_set || !field.text().is_empty() {
            field.forbidden(errors, "an inline volume has none");
        }
    }
    if !volume.child("csi").is_present() {
        volume.child("csi").required(errors, "only CSI volumes can be inline");
    }
    access_modes(volume.child("accessModes"), errors);
    for (name, only) in [("persistentVolumeReclaimPolicy", "Retain"), ("volumeMode", "Filesystem")] {
        let field = volume.child(name);
        if field.is_present() && field.text() != only && !(name != "volumeMode" && field.text().is_empty()) {
            field.forbidden(errors, &format!("an inline volume can only have `{only}`"));
        }
    }
    sources::sources(volume, "", errors);
    attributes_class(volume, errors);
}

/// Exactly one resource, `storage`, with a positive quantity.
fn capacity<'t>(capacity: Field<'t>, errors: &mut Errors<'t>) {
    if capacity.is_empty() {
        capacity.required(errors, "set how much storage the volume has");
    }
    if capacity.len() != 1 || !capacity.child("storage").is_present() {
        errors.error(ErrorType::NotSupported, capacity, "`capacity` can only contain `storage`");
    }
    for (_, quantity) in capacity.entries() {
        positive(quantity, errors);
    }
}

/// `validateVolumeNodeAffinity`.
fn node_affinity<'t>(affinity: Field<'t>, errors: &mut Errors<'t>) {
    if !affinity.is_present() {
        return;
    }
    let required = affinity.child("required");
    if required.is_present() {
        node_selector(required, errors);
    } else {
        required.required(errors, "set which nodes can reach the volume");
    }
}

/// The root of a node's file system must not be wiped.
fn recycled_root<'t>(volume: Field<'t>, errors: &mut Errors<'t>) {
    let path = volume.at(&["hostPath", "path"]).text();
    let policy = volume.child("persistentVolumeReclaimPolicy");
    if is_root(path) && policy.text() == "Recycle" {
        policy.forbidden(errors, "`Recycle` would wipe the node's whole file system: the path is `/`");
    }
}

/// Whether Go's `path.Clean` makes `/` of it.
fn is_root(path: &str) -> bool {
    let mut depth = 0_usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    path.starts_with('/') && depth == 0
}

/// The class of volume attributes, which is dropped before 1.34 (VolumeAttributesClass).
fn attributes_class<'t>(volume: Field<'t>, errors: &mut Errors<'t>) {
    let class = volume.child("volumeAttributesClassName");
    if !class.is_present() || !errors.since(34) {
        return;
    }
    if !volume.child("csi").is_present() {
        volume.child("csi").required(errors, "only CSI volumes have a class of attributes");
    }
}

/// `checkMountOption`. The server's path has a dot where brackets would be expected.
fn mount_options<'t>(object: Object<'t>, volume: Field<'t>, errors: &mut Errors<'t>) {
    if MOUNTABLE.iter().any(|source| volume.child(source).is_present()) {
        return;
    }
    let annotations = object.annotations();
    if let Some(entry) = annotations.and_then(|map| map.get_entry(MOUNT_OPTIONS)) {
        let path = format!("metadata.annotations.{MOUNT_OPTIONS}");
        let message = "this type of volume does not support mount options";
        errors.error_at_path(ErrorType::Forbidden, Place::key(entry), path, message);
    }
}

#[cfg(test)]
mod tests {
    use super::is_root;

    #[test]
    fn roots_in_disguise() {
        for root in ["/", "//", "/.", "/..", "/a/..", "/../"] {
            assert!(is_root(root), "{root}");
        }
        for path in ["", ".", "/a", "a/..", "/a/../b"] {
            assert!(!is_root(path), "{path}");
        }
    }
}
