//! Volume sources in the network and in clouds, most of them from before CSI.
//!
//! In: the source's mapping. Out: findings. Mirrors the `validate…VolumeSource` functions of
//! `pkg/apis/core/validation`, those that persistent volumes do not share.

use super::Pod;
use super::fields::{filled, flag, int, invalid, invalid_at, need, path, path_of, required, within};
use crate::api::check::{Check, names, required_text, text, text_at, valid_if_set};
use crate::api::core::persistent_volume::remote::is_iscsi_name;
use crate::api::report::{ErrorType, Report};
use crate::yaml::{Node, Place};

/// `GCEPersistentDiskVolumeSource`; in a pod the server calls it `persistentDisk`.
pub fn gce_persistent_disk<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    let at = path_of(source, report).replace("gcePersistentDisk", "persistentDisk");
    if text_at(source, "pdName").is_empty() {
        let place = Place::field(source, "pdName");
        report.error_at_path(ErrorType::Required, place, format!("{at}.pdName"), "`pdName` is required");
    }
    if let Some(node) = source.get("partition").filter(|_| !(0..=255).contains(&int(source, "partition"))) {
        invalid_at(node, format!("{at}.partition"), "must be between 0 and 255", report);
    }
}

/// `ISCSIVolumeSource`.
pub fn iscsi<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "targetPortal", report);
    required_text(source, "iqn", iscsi_name, report);
    within(source, "lun", 0, 255, report);
    let chap = flag(source, "chapAuthDiscovery") || flag(source, "chapAuthSession");
    if chap && source.get("secretRef").is_none() {
        required(source, "secretRef", "CHAP needs its secret", report);
    }
    if let Some(node) = source.get("initiatorName")
        && let Err(why) = iscsi_name(text(node))
    {
        // The server's spelling.
        let at = path(source, "initiatorname", report);
        invalid_at(node, at, why, report);
    }
}

fn iscsi_name(name: &str) -> Check {
    if is_iscsi_name(name) { Ok(()) } else { Err("must be an iSCSI name: iqn.YYYY-MM.domain:name, eui.… or naa.…") }
}

/// With an initiator's name, the names of the volume and its portal have to fit into 64 bytes together.
pub fn initiator_fits<'t>(volume: Node<'t>, report: &mut Report<'t>) {
    let Some(source) = volume.get("iscsi").filter(|source| source.get("initiatorName").is_some()) else { return };
    if text_at(volume, "name").len() + 1 + text_at(source, "targetPortal").len() > 64 {
        let why = "name and `iscsi.targetPortal` together must stay under 64 characters with an initiatorName";
        invalid(volume, "name", why, report);
    }
}

/// `GlusterfsVolumeSource`.
pub fn glusterfs<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "endpoints", report);
    need(source, "path", report);
}

/// `RBDVolumeSource` and `RBDPersistentVolumeSource`.
pub fn rbd<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    monitors(source, report);
    need(source, "image", report);
}

fn monitors<'t>(source: Node<'t>, report: &mut Report<'t>) {
    if !filled(source, "monitors") {
        report.required(source, "monitors");
    }
}

/// `CinderVolumeSource`.
pub fn cinder<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "volumeID", report);
    secret_name(source, report);
}

fn secret_name<'t>(source: Node<'t>, report: &mut Report<'t>) {
    if let Some(secret) = source.get("secretRef") {
        need(secret, "name", report);
    }
}

/// `CephFSVolumeSource` and `CephFSPersistentVolumeSource`.
pub fn cephfs<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    monitors(source, report);
}

/// `AzureFileVolumeSource`.
pub fn azure_file<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "secretName", report);
    need(source, "shareName", report);
}

/// `VsphereVirtualDiskVolumeSource`.
pub fn vsphere_volume<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "volumePath", report);
}

/// `PhotonPersistentDiskVolumeSource`.
pub fn photon_persistent_disk<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "pdID", report);
}

/// `PortworxVolumeSource`.
pub fn portworx_volume<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "volumeID", report);
}

/// `StorageOSVolumeSource`.
pub fn storageos<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    required_text(source, "volumeName", names::dns_label, report);
    valid_if_set(source, "volumeNamespace", names::dns_label, report);
    secret_name(source, report);
}

/// `ScaleIOVolumeSource` and `ScaleIOPersistentVolumeSource`.
pub fn scale_io<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    for field in ["gateway", "system", "volumeName"] {
        need(source, field, report);
    }
}
