//! Volume sources in the network and in clouds, most of them from before CSI.
//!
//! In: the source's mapping. Out: findings. Mirrors the `validate…VolumeSource` functions of
//! `pkg/apis/core/validation/validation.go`. Several serve persistent volumes as well.

use super::Pod;
use super::fields::{filled, flag, int, invalid, invalid_at, need, path, path_of, required, within};
use super::paths::absolute;
use crate::api::check::{Check, names, one_of, required_text, text_at, valid_if_set};
use crate::api::report::{ErrorType, Report, quote};
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

/// `AWSElasticBlockStoreVolumeSource`.
pub fn aws_elastic_block_store<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "volumeID", report);
    within(source, "partition", 0, 255, report);
}

/// `NFSVolumeSource`.
pub fn nfs<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "server", report);
    required_text(source, "path", absolute, report);
}

/// `ISCSIVolumeSource`.
pub fn iscsi<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "targetPortal", report);
    required_text(source, "iqn", iscsi_qualified_name, report);
    within(source, "lun", 0, 255, report);
    let chap = flag(source, "chapAuthDiscovery") || flag(source, "chapAuthSession");
    if chap && source.get("secretRef").is_none() {
        required(source, "secretRef", "CHAP needs its secret", report);
    }
    if let Some(node) = source.get("initiatorName") {
        if let Err(why) = iscsi_qualified_name(node.as_str().unwrap_or("")) {
            // The server's spelling.
            let at = path(source, "initiatorname", report);
            invalid_at(node, at, why, report);
        }
    }
}

/// With an initiator's name, the names of the volume and its portal have to fit into 64 bytes together.
pub fn iscsi_name<'t>(volume: Node<'t>, report: &mut Report<'t>) {
    let Some(source) = volume.get("iscsi").filter(|source| source.get("initiatorName").is_some()) else { return };
    if text_at(volume, "name").len() + 1 + text_at(source, "targetPortal").len() > 64 {
        let why = "name and `iscsi.targetPortal` together must stay under 64 characters with an initiatorName";
        invalid(volume, "name", why, report);
    }
}

/// An iqn, eui or naa name of an iSCSI node.
pub fn iscsi_qualified_name(name: &str) -> Check {
    let fits = match name.get(..3) {
        Some("iqn") => is_iqn(name),
        Some("eui") => name.len() == 20 && name.bytes().skip(4).all(|b| b.is_ascii_alphanumeric()),
        Some("naa") => name.len() == 36 && name.bytes().skip(4).all(|b| b.is_ascii_alphanumeric()),
        _ => return Err("must start with iqn, eui or naa"),
    };
    if fits { Ok(()) } else { Err("is no valid iSCSI name") }
}

/// `iqn.yyyy-mm.authority:unique name`, found anywhere in the text but up to its end.
fn is_iqn(name: &str) -> bool {
    name.match_indices("iqn.").any(|(at, prefix)| {
        let rest = &name.as_bytes()[at + prefix.len()..];
        let date = rest.len() > 8 && rest[..8].iter().enumerate().all(|(i, &b)| date_byte(i, b));
        date && is_iqn_tail(&rest[8..])
    })
}

fn date_byte(index: usize, byte: u8) -> bool {
    match index {
        4 => byte == b'-',
        7 => byte == b'.',
        _ => byte.is_ascii_digit(),
    }
}

/// A naming authority, a colon, and a name: `([[:alnum:]-.]+)(:[^,;*&$|\s]+)$`.
fn is_iqn_tail(tail: &[u8]) -> bool {
    let Some(colon) = tail.iter().position(|&b| b == b':') else { return false };
    let authority = tail[..colon].iter().all(|&b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
    let unique = &tail[colon + 1..];
    let allowed = |&b: &u8| !b",;*&$|".contains(&b) && !b.is_ascii_whitespace();
    colon > 0 && authority && !unique.is_empty() && unique.iter().all(allowed)
}

/// `GlusterfsVolumeSource`.
pub fn glusterfs<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "endpoints", report);
    need(source, "path", report);
}

/// `FlockerVolumeSource`.
pub fn flocker<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    let set = ["datasetName", "datasetUUID"].into_iter().filter(|field| !text_at(source, field).is_empty()).count();
    match set {
        0 => drop(report.error(ErrorType::Required, source, "one of `datasetName` and `datasetUUID` is required")),
        1 => {}
        _ => drop(report.error(ErrorType::Invalid, source, "`datasetName` and `datasetUUID` exclude each other")),
    }
    if text_at(source, "datasetName").contains('/') {
        invalid(source, "datasetName", "must not contain `/`", report);
    }
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

/// `QuobyteVolumeSource`.
pub fn quobyte<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    if need(source, "registry", report) {
        if text_at(source, "tenant").len() >= 65 {
            required(source, "tenant", "a UUID of at most 64 characters", report);
        } else if !text_at(source, "registry").split(',').all(is_host_port) {
            invalid(source, "registry", "must be host:port, or several with commas between", report);
        }
    }
    need(source, "volume", report);
}

/// What Go's `net.SplitHostPort` takes.
fn is_host_port(pair: &str) -> bool {
    let Some((host, _)) = pair.rsplit_once(':') else { return false };
    match host.strip_prefix('[') {
        Some(inner) => inner.find(']') == Some(inner.len().wrapping_sub(1)) && !inner.contains('['),
        None => !host.contains([':', '[', ']']),
    }
}

/// `FCVolumeSource`.
pub fn fc<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    let (targets, ids) = (filled(source, "targetWWNs"), filled(source, "wwids"));
    if !targets && !ids {
        required(source, "targetWWNs", "either it or `wwids`", report);
    }
    if targets && ids {
        invalid(source, "targetWWNs", "excludes `wwids`", report);
    }
    if targets && source.get("lun").is_none() {
        required(source, "lun", "`targetWWNs` needs it", report);
    } else if targets {
        within(source, "lun", 0, 255, report);
    }
}

/// `FlexVolumeSource` and `FlexPersistentVolumeSource`.
pub fn flex_volume<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "driver", report);
    let Some(options) = source.get("options") else { return };
    for entry in options.entries() {
        let namespace = entry.name.split_once('/').map_or(entry.name, |(namespace, _)| namespace);
        let normalized = format!(".{}", namespace.to_lowercase());
        if normalized.ends_with(".kubernetes.io") || normalized.ends_with(".k8s.io") {
            let at = format!("{}[{}]", path_of(options, report), entry.name);
            let message = format!("{}: names of kubernetes.io and k8s.io are reserved", quote(entry.name));
            report.error_at_path(ErrorType::Invalid, Place::key(entry), at, message);
        }
    }
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

/// `AzureDiskVolumeSource`; without a kind it is `Shared`.
pub fn azure_disk<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "diskName", report);
    need(source, "diskURI", report);
    one_of(source, "cachingMode", &["None", "ReadOnly", "ReadWrite"], report);
    one_of(source, "kind", &["Dedicated", "Managed", "Shared"], report);
    let managed = text_at(source, "kind") == "Managed";
    let (prefix, form) = match managed {
        true => {
            ("/subscriptions/", "/subscriptions/{sub-id}/resourcegroups/{group}/providers/microsoft.compute/disks/{id}")
        }
        false => ("https://", "https://{account}.blob.core.windows.net/{container}/{disk}.vhd"),
    };
    if !text_at(source, "diskURI").starts_with(prefix) {
        super::fields::not_supported(source, "diskURI", &[form], report);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iscsi_names() {
        for good in ["iqn.2001-04.com.example:storage.kube.sys1.xyz", "eui.0123456789abcdef"] {
            assert!(iscsi_qualified_name(good).is_ok(), "{good}");
        }
        for bad in ["", "iqn", "iqn.2001-04.com.example", "iqn.2001-04.com.example:a b", "eui.01", "naa.", "wwn.1"] {
            assert!(iscsi_qualified_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn hosts_with_ports() {
        assert!(is_host_port("a:1") && is_host_port("[::1]:80") && is_host_port(":"));
        assert!(!is_host_port("a") && !is_host_port("::1:80"));
    }
}
