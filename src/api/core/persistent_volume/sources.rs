//! Where a PersistentVolume's storage comes from: exactly one source.
//!
//! In: the spec of a PersistentVolume. Out: findings. Mirrors the long middle of `ValidatePersistentVolumeSpec`. Sources
//! that need no more than some fields are rows of [`SIMPLE`]; the others have functions, here or in `remote`.

use crate::api::check::names;
use crate::api::core::pod::paths::no_backsteps;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;

use super::remote;

/// All sources in the order in which the server looks at them: the first one is checked, the others are forbidden.
const ORDER: [&str; 22] = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

/// Sources that need these fields, not empty, and nothing else.
const SIMPLE: [(&str, &[&str]); 6] = [
    ("rbd", &["monitors", "image"]),
    ("cephfs", &["monitors"]),
    ("vsphereVolume", &["volumePath"]),
    ("photonPersistentDisk", &["pdID"]),
    ("portworxVolume", &["volumeID"]),
    ("scaleIO", &["gateway", "system", "volumeName"]),
];

/// Validates the first source and forbids the others.
pub fn sources<'t>(volume: Field<'t>, name: &str, errors: &mut Errors<'t>) {
    let mut found = false;
    for kind in ORDER {
        let source = volume.child(kind);
        if !source.is_present() {
            continue;
        }
        // A second `flexVolume` is the only one that is not forbidden.
        if found && kind != "flexVolume" {
            second(source, kind, errors);
        } else {
            one(source, kind, volume, name, errors);
        }
        found = true;
    }
    if !found {
        volume.required(errors, "a volume source is required, such as `csi` or `nfs`");
    }
}

fn second<'t>(source: Field<'t>, kind: &str, errors: &mut Errors<'t>) {
    if kind == "cephfs" {
        let message = "`cephfs` is forbidden: a volume can only have one source";
        let path = source.place().path(errors.root).replace("cephfs", "cephFS");
        errors.error_at_path(ErrorType::Forbidden, source, path, message);
    } else {
        source.forbidden(errors, "a volume can only have one source");
    }
}

fn one<'t>(source: Field<'t>, kind: &str, volume: Field<'t>, name: &str, errors: &mut Errors<'t>) {
    match kind {
        "hostPath" => host_path(source, errors),
        "gcePersistentDisk" => gce_disk(source, errors),
        "awsElasticBlockStore" => ebs(source, errors),
        "glusterfs" => remote::glusterfs(source, errors),
        "flocker" => remote::flocker(source, errors),
        "nfs" => nfs(source, errors),
        "quobyte" => remote::quobyte(source, errors),
        "iscsi" => remote::iscsi(source, name, errors),
        "cinder" => remote::cinder(source, errors),
        "fc" => remote::fibre_channel(source, errors),
        "flexVolume" => flex(source, errors),
        "azureFile" => remote::azure_file(source, errors),
        "azureDisk" => remote::azure_disk(source, errors),
        "local" => local(source, volume, errors),
        "storageos" => remote::storage_os(source, errors),
        "csi" => csi(source, errors),
        _ => simple(source, kind, errors),
    }
}

/// A source whose fields in [`SIMPLE`] must be there.
pub fn simple<'t>(source: Field<'t>, kind: &str, errors: &mut Errors<'t>) {
    let fields = SIMPLE.iter().filter(|(known, _)| *known == kind).flat_map(|(_, fields)| fields.iter());
    for field in fields.map(|name| source.child(name)) {
        if field.is_empty() && field.text().is_empty() {
            field.required(errors, "");
        }
    }
}

/// `validateHostPathVolumeSource`.
pub fn host_path<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    if source.child("path").required_text(errors) {
        return;
    }
    source.child("path").check(errors, no_backsteps);
    let kinds = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
    source.child("type").optional_one_of(errors, &kinds);
}

/// `validateLocalVolumeSource`, and the affinity that says on which node the path is.
fn local<'t>(source: Field<'t>, volume: Field<'t>, errors: &mut Errors<'t>) {
    if !source.child("path").required_text(errors) {
        source.child("path").check(errors, no_backsteps);
    }
    if !volume.child("nodeAffinity").is_present() {
        volume.child("nodeAffinity").required(errors, "a local volume is on one node");
    }
}

/// `validateGCEPersistentDiskVolumeSource`, under the name the server gives the field.
pub fn gce_disk<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    let (name, partition) = (source.child("pdName"), source.child("partition"));
    let path = source.place().path(errors.root).replace("gcePersistentDisk", "persistentDisk");
    if name.text().is_empty() {
        errors.error_at_path(ErrorType::Required, name, format!("{path}.pdName"), "`pdName` is required");
    }
    if partition.int().is_some_and(|number| !(0..=255).contains(&number)) {
        let message = "the partition must be between 0 and 255, inclusive";
        errors.error_at_path(ErrorType::Invalid, partition, format!("{path}.partition"), message);
    }
}

/// `validateAWSElasticBlockStoreVolumeSource`.
pub fn ebs<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("volumeID").required_text(errors);
    source.child("partition").in_range(errors, 0..=255);
}

/// `validateNFSVolumeSource`.
pub fn nfs<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("server").required_text(errors);
    let path = source.child("path");
    path.required_text(errors);
    if !path.text().starts_with('/') {
        path.invalid(errors, "must be an absolute path");
    }
}

/// `validateFlexPersistentVolumeSource`: options of Kubernetes' own are reserved.
pub fn flex<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    source.child("driver").required_text(errors);
    let options = source.child("options");
    for (key, value) in options.entries() {
        let domain = key.split_once('/').map_or(key, |(domain, _)| domain).to_lowercase();
        let domain = format!(".{domain}");
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            let path = format!("{}[{key}]", options.place().path(errors.root));
            let message = format!("`{key}`: the domains kubernetes.io and k8s.io are reserved");
            errors.error_at_path(ErrorType::Invalid, value, path, message);
        }
    }
}

/// `validateCSIPersistentVolumeSource`.
fn csi<'t>(source: Field<'t>, errors: &mut Errors<'t>) {
    csi_driver_name(source.child("driver"), errors);
    source.child("volumeHandle").required_text(errors);
    let secrets =
        ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"];
    for secret in secrets.map(|name| source.child(name)).into_iter().filter(|secret| secret.is_present()) {
        secret.child("name").check_required(errors, names::dns_subdomain);
        secret.child("namespace").check_required(errors, names::dns_label);
    }
}

/// `ValidateCSIDriverName`.
pub fn csi_driver_name<'t>(driver: Field<'t>, errors: &mut Errors<'t>) {
    if driver.required_text(errors) {
        return;
    }
    if driver.text().len() > 63 {
        driver.too_long(errors, 63);
    }
    driver.check(errors, |text| names::dns_subdomain(&text.to_lowercase()));
}
