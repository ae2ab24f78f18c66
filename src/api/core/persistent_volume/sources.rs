//! Where a PersistentVolume's storage comes from: exactly one source.
//!
//! In: the spec of a PersistentVolume. Out: findings. Mirrors the long middle of `ValidatePersistentVolumeSpec`. Sources
//! that need no more than some fields are rows of [`SIMPLE`]; the others have functions, here or in `remote`.

use crate::api::check::names;
use crate::api::core::pod::paths::no_backsteps;
use crate::api::field::Field;
use crate::api::report::{ErrorType, Report};

use super::remote;

/// All sources in the order in which the server looks at them: the first one is judged, the others are forbidden.
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

/// Judges the first source and forbids the others.
pub fn sources<'t>(volume: Field<'t>, name: &str, report: &mut Report<'t>) {
    let mut found = false;
    for kind in ORDER {
        let source = volume.child(kind);
        if !source.is_present() {
            continue;
        }
        // A second `flexVolume` is the only one that is not forbidden.
        if found && kind != "flexVolume" {
            second(source, kind, report);
        } else {
            one(source, kind, volume, name, report);
        }
        found = true;
    }
    if !found {
        volume.required(report, "one source of storage must be given, such as `csi` or `nfs`");
    }
}

fn second<'t>(source: Field<'t>, kind: &str, report: &mut Report<'t>) {
    if kind == "cephfs" {
        let message = "`cephfs` is forbidden: a volume has one source";
        let path = source.place().path(report.root).replace("cephfs", "cephFS");
        report.error_at_path(ErrorType::Forbidden, source, path, message);
    } else {
        source.forbidden(report, "a volume has one source");
    }
}

fn one<'t>(source: Field<'t>, kind: &str, volume: Field<'t>, name: &str, report: &mut Report<'t>) {
    match kind {
        "hostPath" => host_path(source, report),
        "gcePersistentDisk" => gce_disk(source, report),
        "awsElasticBlockStore" => ebs(source, report),
        "glusterfs" => remote::glusterfs(source, report),
        "flocker" => remote::flocker(source, report),
        "nfs" => nfs(source, report),
        "quobyte" => remote::quobyte(source, report),
        "iscsi" => remote::iscsi(source, name, report),
        "cinder" => remote::cinder(source, report),
        "fc" => remote::fibre_channel(source, report),
        "flexVolume" => flex(source, report),
        "azureFile" => remote::azure_file(source, report),
        "azureDisk" => remote::azure_disk(source, report),
        "local" => local(source, volume, report),
        "storageos" => remote::storage_os(source, report),
        "csi" => csi(source, report),
        _ => simple(source, kind, report),
    }
}

/// A source whose fields in [`SIMPLE`] must be there.
pub fn simple<'t>(source: Field<'t>, kind: &str, report: &mut Report<'t>) {
    let fields = SIMPLE.iter().filter(|(known, _)| *known == kind).flat_map(|(_, fields)| fields.iter());
    for field in fields.map(|name| source.child(name)) {
        if field.is_empty() && field.text().is_empty() {
            field.required(report, "");
        }
    }
}

/// `validateHostPathVolumeSource`.
pub fn host_path<'t>(source: Field<'t>, report: &mut Report<'t>) {
    if source.child("path").required_text(report) {
        return;
    }
    source.child("path").check(report, no_backsteps);
    let kinds = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
    source.child("type").optional_one_of(report, &kinds);
}

/// `validateLocalVolumeSource`, and the affinity that says on which node the path is.
fn local<'t>(source: Field<'t>, volume: Field<'t>, report: &mut Report<'t>) {
    if !source.child("path").required_text(report) {
        source.child("path").check(report, no_backsteps);
    }
    if !volume.child("nodeAffinity").is_present() {
        volume.child("nodeAffinity").required(report, "a local volume is on one node");
    }
}

/// `validateGCEPersistentDiskVolumeSource`, under the name the server gives the field.
pub fn gce_disk<'t>(source: Field<'t>, report: &mut Report<'t>) {
    let (name, partition) = (source.child("pdName"), source.child("partition"));
    let path = source.place().path(report.root).replace("gcePersistentDisk", "persistentDisk");
    if name.text().is_empty() {
        report.error_at_path(ErrorType::Required, name, format!("{path}.pdName"), "`pdName` is required");
    }
    if partition.int().is_some_and(|number| !(0..=255).contains(&number)) {
        let message = "the partition must be between 0 and 255, inclusive";
        report.error_at_path(ErrorType::Invalid, partition, format!("{path}.partition"), message);
    }
}

/// `validateAWSElasticBlockStoreVolumeSource`.
pub fn ebs<'t>(source: Field<'t>, report: &mut Report<'t>) {
    source.child("volumeID").required_text(report);
    source.child("partition").in_range(report, 0..=255);
}

/// `validateNFSVolumeSource`.
pub fn nfs<'t>(source: Field<'t>, report: &mut Report<'t>) {
    source.child("server").required_text(report);
    let path = source.child("path");
    path.required_text(report);
    if !path.text().starts_with('/') {
        path.invalid(report, "must be an absolute path");
    }
}

/// `validateFlexPersistentVolumeSource`: options of Kubernetes' own are reserved.
pub fn flex<'t>(source: Field<'t>, report: &mut Report<'t>) {
    source.child("driver").required_text(report);
    let options = source.child("options");
    for (key, value) in options.entries() {
        let domain = key.split_once('/').map_or(key, |(domain, _)| domain).to_lowercase();
        let domain = format!(".{domain}");
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            let path = format!("{}[{key}]", options.place().path(report.root));
            let message = format!("`{key}`: the domains kubernetes.io and k8s.io are reserved");
            report.error_at_path(ErrorType::Invalid, value, path, message);
        }
    }
}

/// `validateCSIPersistentVolumeSource`.
fn csi<'t>(source: Field<'t>, report: &mut Report<'t>) {
    csi_driver_name(source.child("driver"), report);
    source.child("volumeHandle").required_text(report);
    let secrets =
        ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"];
    for secret in secrets.map(|name| source.child(name)).into_iter().filter(|secret| secret.is_present()) {
        secret.child("name").check_required(report, names::dns_subdomain);
        secret.child("namespace").check_required(report, names::dns_label);
    }
}

/// `ValidateCSIDriverName`.
pub fn csi_driver_name<'t>(driver: Field<'t>, report: &mut Report<'t>) {
    if driver.required_text(report) {
        return;
    }
    if driver.text().len() > 63 {
        driver.too_long(report, 63);
    }
    driver.check(report, |text| names::dns_subdomain(&text.to_lowercase()));
}
