//! A pod's volumes: names, and one source each.
//!
//! In: a pod's `volumes`. Out: findings, and the volumes that are valid, which is what mounts may refer to. Mirrors
//! `ValidateVolumes` and `validateVolumeSource`; the sources themselves are in the modules beside.

use super::Pod;
use super::fields::{duplicate, forbidden_at, invalid, path, path_of};
use super::{volumes_files as files, volumes_projected as projected};
use crate::api::check::{names, required_text, text_at};
use crate::api::core::persistent_volume::{remote, sources};
use crate::api::field::Field;
use crate::api::report::{Report, quote};
use crate::object::Quantity;
use crate::yaml::Node;

type Check = for<'t> fn(&Pod<'t>, Node<'t>, &mut Report<'t>);

/// The sources in the order in which the server looks at them: the first one that is set counts, any further one is
/// forbidden under the name in the second column (the server misspells two).
const SOURCES: &[(&str, &str, Check)] = &[
    ("emptyDir", "emptyDir", |_, _, _| ()),
    ("hostPath", "hostPath", |_, node, report| sources::host_path(Field::of(node), report)),
    ("gitRepo", "gitRepo", files::git_repo),
    ("gcePersistentDisk", "gcePersistentDisk", |_, node, report| sources::gce_disk(Field::of(node), report)),
    ("awsElasticBlockStore", "awsElasticBlockStore", |_, node, report| sources::ebs(Field::of(node), report)),
    ("secret", "secret", files::secret),
    ("nfs", "nfs", |_, node, report| sources::nfs(Field::of(node), report)),
    ("iscsi", "iscsi", |_, node, report| remote::iscsi_target(Field::of(node), report)),
    ("glusterfs", "glusterfs", |_, node, report| remote::glusterfs(Field::of(node), report)),
    ("flocker", "flocker", |_, node, report| remote::flocker(Field::of(node), report)),
    ("persistentVolumeClaim", "persistentVolumeClaim", files::claim),
    ("rbd", "rbd", |_, node, report| sources::simple(Field::of(node), "rbd", report)),
    ("cinder", "cinder", |_, node, report| remote::cinder_volume(Field::of(node), report)),
    ("cephfs", "cephFS", |_, node, report| sources::simple(Field::of(node), "cephfs", report)),
    ("quobyte", "quobyte", |_, node, report| remote::quobyte(Field::of(node), report)),
    ("downwardAPI", "downwarAPI", projected::downward_api),
    ("fc", "fc", |_, node, report| remote::fibre_channel(Field::of(node), report)),
    ("flexVolume", "flexVolume", |_, node, report| sources::flex(Field::of(node), report)),
    ("configMap", "configMap", files::config_map),
    ("azureFile", "azureFile", |_, node, report| remote::azure_file(Field::of(node), report)),
    ("vsphereVolume", "vsphereVolume", |_, node, report| sources::simple(Field::of(node), "vsphereVolume", report)),
    ("photonPersistentDisk", "photonPersistentDisk", |_, node, report| {
        sources::simple(Field::of(node), "photonPersistentDisk", report)
    }),
    ("portworxVolume", "portworxVolume", |_, node, report| sources::simple(Field::of(node), "portworxVolume", report)),
    ("azureDisk", "azureDisk", |_, node, report| remote::azure_disk(Field::of(node), report)),
    ("storageos", "storageos", |_, node, report| remote::storage_os_volume(Field::of(node), report)),
    ("projected", "projected", projected::check),
    ("scaleIO", "scaleIO", |_, node, report| sources::simple(Field::of(node), "scaleIO", report)),
    ("csi", "csi", files::csi),
    ("ephemeral", "ephemeral", files::ephemeral),
    ("image", "image", files::image),
];

/// Checks all volumes and fills in the pod's valid ones.
pub fn check<'t>(pod: &mut Pod<'t>, report: &mut Report<'t>) {
    claimed(pod);
    let written: Vec<_> = pod.written_volumes().filter(|volume| !is_dropped(*volume, report)).collect();
    for (index, volume) in written.into_iter().enumerate() {
        let before = report.len();
        source(pod, volume, report);
        name(pod, volume, report);
        if report.len() == before {
            pod.volumes.insert(text_at(volume, "name"), Some(volume));
        }
        created_claim(pod, volume, report);
        let index = index + pod.owner.claims.len();
        if report.len() > before && volume.index() != Some(index) {
            let (is, was) = (format!("{}[{index}]", path(pod.spec, "volumes", report)), path_of(volume, report));
            report.move_paths(before, &was, &is);
        }
    }
}

/// The volumes that a StatefulSet's claim templates make, before all others; the owner judges their names.
fn claimed<'t>(pod: &mut Pod<'t>) {
    let valid = pod.owner.claims.iter().filter(|name| names::dns_label(name).is_ok());
    pod.volumes.extend(valid.map(|&name| (name, None)));
}

/// Image volumes are dropped whole before 1.35 (`dropImageVolumes`).
fn is_dropped(volume: Node<'_>, report: &Report<'_>) -> bool {
    !report.since(35) && volume.get("image").is_some()
}

fn name<'t>(pod: &Pod<'t>, volume: Node<'t>, report: &mut Report<'t>) {
    required_text(volume, "name", names::dns_label, report);
    let name = text_at(volume, "name");
    if pod.volume(name).is_some() {
        duplicate(volume, "name", report);
    }
}

fn source<'t>(pod: &Pod<'t>, volume: Node<'t>, report: &mut Report<'t>) {
    let mut found = None;
    size_limit(volume, report);
    for (field, twice, check) in SOURCES {
        let Some(node) = volume.get(field) else { continue };
        match found {
            None => {
                found = Some(field);
                check(pod, node, report);
            }
            Some(first) => {
                let at = path(volume, twice, report);
                forbidden_at(node, at, field, &format!("the volume is a `{first}` already"), report);
            }
        }
    }
    initiator_fits(volume, report);
    if found == Some(&"ephemeral") {
        claim_name(pod, volume, report);
    }
}

/// The claim made for the volume is called after the pod and the volume.
fn claim_name<'t>(pod: &Pod<'t>, volume: Node<'t>, report: &mut Report<'t>) {
    let (pod_name, name) = (pod.name(), text_at(volume, "name"));
    if pod_name.is_empty() || name.is_empty() {
        return;
    }
    let claim = format!("{pod_name}-{name}");
    if let Err(why) = names::dns_subdomain(&claim) {
        invalid(
            volume,
            "name",
            &format!("the claim made for it would be called {}, which {why}", quote(&claim)),
            report,
        );
    }
}

/// A claim volume must not name the claim that an ephemeral volume of the same pod makes.
fn created_claim<'t>(pod: &Pod<'t>, volume: Node<'t>, report: &mut Report<'t>) {
    let Some(claim) = volume.get("persistentVolumeClaim") else { return };
    let name = text_at(claim, "claimName");
    let own = name.strip_prefix(pod.name()).and_then(|rest| rest.strip_prefix('-'));
    let Some(own) = own.filter(|_| !pod.name().is_empty()) else { return };
    let made = pod.written_volumes().any(|other| other.get("ephemeral").is_some() && text_at(other, "name") == own);
    if made {
        invalid(claim, "claimName", "is the claim that an ephemeral volume of this pod creates", report);
    }
}

fn size_limit<'t>(volume: Node<'t>, report: &mut Report<'t>) {
    let Some(limit) = volume.get("emptyDir").and_then(|node| node.get("sizeLimit")) else { return };
    if Quantity::of(limit).is_some_and(Quantity::is_negative) {
        report.forbidden(limit, "it must not be negative");
    }
}

/// With an initiator's name, the names of the volume and its portal have to fit into 64 bytes together.
fn initiator_fits<'t>(volume: Node<'t>, report: &mut Report<'t>) {
    let Some(source) = volume.get("iscsi").filter(|source| source.get("initiatorName").is_some()) else { return };
    if text_at(volume, "name").len() + 1 + text_at(source, "targetPortal").len() > 64 {
        let why = "name and `iscsi.targetPortal` together must stay under 64 characters with an initiatorName";
        invalid(volume, "name", why, report);
    }
}
