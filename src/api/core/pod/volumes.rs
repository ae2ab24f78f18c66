//! A pod's volumes: names, and one source each.
//!
//! In: a pod's `volumes`. Out: findings, and the volumes that are valid, which is what mounts may refer to. Mirrors
//! `ValidateVolumes` and `validateVolumeSource`; the sources themselves are in the modules beside.

use super::Pod;
use super::fields::{duplicate, forbidden_at, invalid, path, path_of};
use super::{volumes_files as files, volumes_projected as projected};
use crate::api::check::{names, required_text, text_at};
use crate::api::core::persistent_volume::{remote, sources};
use crate::api::errors::{Errors, quote};
use crate::api::field::Field;
use crate::object::Quantity;
use crate::yaml::Node;

type Check = for<'t> fn(&Pod<'t>, Node<'t>, &mut Errors<'t>);

/// The sources in the order in which the server looks at them: the first one that is set counts, any further one is
/// forbidden under the name in the second column (the server misspells two).
const SOURCES: &[(&str, &str, Check)] = &[
    ("emptyDir", "emptyDir", |_, _, _| ()),
    ("hostPath", "hostPath", |_, node, errors| sources::host_path(Field::of(node), errors)),
    ("gitRepo", "gitRepo", files::git_repo),
    ("gcePersistentDisk", "gcePersistentDisk", |_, node, errors| sources::gce_disk(Field::of(node), errors)),
    ("awsElasticBlockStore", "awsElasticBlockStore", |_, node, errors| sources::ebs(Field::of(node), errors)),
    ("secret", "secret", files::secret),
    ("nfs", "nfs", |_, node, errors| sources::nfs(Field::of(node), errors)),
    ("iscsi", "iscsi", |_, node, errors| remote::iscsi_target(Field::of(node), errors)),
    ("glusterfs", "glusterfs", |_, node, errors| remote::glusterfs(Field::of(node), errors)),
    ("flocker", "flocker", |_, node, errors| remote::flocker(Field::of(node), errors)),
    ("persistentVolumeClaim", "persistentVolumeClaim", files::claim),
    ("rbd", "rbd", |_, node, errors| sources::simple(Field::of(node), "rbd", errors)),
    ("cinder", "cinder", |_, node, errors| remote::cinder_volume(Field::of(node), errors)),
    ("cephfs", "cephFS", |_, node, errors| sources::simple(Field::of(node), "cephfs", errors)),
    ("quobyte", "quobyte", |_, node, errors| remote::quobyte(Field::of(node), errors)),
    ("downwardAPI", "downwarAPI", projected::downward_api),
    ("fc", "fc", |_, node, errors| remote::fibre_channel(Field::of(node), errors)),
    ("flexVolume", "flexVolume", |_, node, errors| sources::flex(Field::of(node), errors)),
    ("configMap", "configMap", files::config_map),
    ("azureFile", "azureFile", |_, node, errors| remote::azure_file(Field::of(node), errors)),
    ("vsphereVolume", "vsphereVolume", |_, node, errors| sources::simple(Field::of(node), "vsphereVolume", errors)),
    ("photonPersistentDisk", "photonPersistentDisk", |_, node, errors| {
        sources::simple(Field::of(node), "photonPersistentDisk", errors)
    }),
    ("portworxVolume", "portworxVolume", |_, node, errors| sources::simple(Field::of(node), "portworxVolume", errors)),
    ("azureDisk", "azureDisk", |_, node, errors| remote::azure_disk(Field::of(node), errors)),
    ("storageos", "storageos", |_, node, errors| remote::storage_os_volume(Field::of(node), errors)),
    ("projected", "projected", projected::check),
    ("scaleIO", "scaleIO", |_, node, errors| sources::simple(Field::of(node), "scaleIO", errors)),
    ("csi", "csi", files::csi),
    ("ephemeral", "ephemeral", files::ephemeral),
    ("image", "image", files::image),
];

/// Checks all volumes and fills in the pod's valid ones.
pub fn check<'t>(pod: &mut Pod<'t>, errors: &mut Errors<'t>) {
    claimed(pod);
    let written: Vec<_> = pod.written_volumes().filter(|volume| !is_dropped(*volume, errors)).collect();
    for (index, volume) in written.into_iter().enumerate() {
        let before = errors.len();
        source(pod, volume, errors);
        name(pod, volume, errors);
        if errors.len() == before {
            pod.volumes.insert(text_at(volume, "name"), Some(volume));
        }
        created_claim(pod, volume, errors);
        let index = index + pod.owner.claims.len();
        if errors.len() > before && volume.index() != Some(index) {
            let (is, was) = (format!("{}[{index}]", path(pod.spec, "volumes", errors)), path_of(volume, errors));
            errors.move_paths(before, &was, &is);
        }
    }
}

/// The volumes that a StatefulSet's claim templates make, before all others; the owner checks their names.
fn claimed<'t>(pod: &mut Pod<'t>) {
    let valid = pod.owner.claims.iter().filter(|name| names::dns_label(name).is_ok());
    pod.volumes.extend(valid.map(|&name| (name, None)));
}

/// Image volumes are dropped whole before 1.35 (`dropImageVolumes`).
fn is_dropped(volume: Node<'_>, errors: &Errors<'_>) -> bool {
    !errors.since(35) && volume.get("image").is_some()
}

fn name<'t>(pod: &Pod<'t>, volume: Node<'t>, errors: &mut Errors<'t>) {
    required_text(volume, "name", names::dns_label, errors);
    let name = text_at(volume, "name");
    if pod.volume(name).is_some() {
        duplicate(volume, "name", errors);
    }
}

fn source<'t>(pod: &Pod<'t>, volume: Node<'t>, errors: &mut Errors<'t>) {
    let mut found = None;
    size_limit(volume, errors);
    for (field, twice, check) in SOURCES {
        let Some(node) = volume.get(field) else { continue };
        match found {
            None => {
                found = Some(field);
                check(pod, node, errors);
            }
            Some(first) => {
                let at = path(volume, twice, errors);
                forbidden_at(node, at, field, &format!("the volume already has the type `{first}`"), errors);
            }
        }
    }
    initiator_fits(volume, errors);
    if found == Some(&"ephemeral") {
        claim_name(pod, volume, errors);
    }
}

/// The claim made for the volume is called after the pod and the volume.
fn claim_name<'t>(pod: &Pod<'t>, volume: Node<'t>, errors: &mut Errors<'t>) {
    let (pod_name, name) = (pod.name(), text_at(volume, "name"));
    if pod_name.is_empty() || name.is_empty() {
        return;
    }
    let claim = format!("{pod_name}-{name}");
    if let Err(why) = names::dns_subdomain(&claim) {
        invalid(
            volume,
            "name",
            &format!("the claim created for it would have the name {}, which {why}", quote(&claim)),
            errors,
        );
    }
}

/// A claim volume must not name the claim that an ephemeral volume of the same pod makes.
fn created_claim<'t>(pod: &Pod<'t>, volume: Node<'t>, errors: &mut Errors<'t>) {
    let Some(claim) = volume.get("persistentVolumeClaim") else { return };
    let name = text_at(claim, "claimName");
    let own = name.strip_prefix(pod.name()).and_then(|rest| rest.strip_prefix('-'));
    let Some(own) = own.filter(|_| !pod.name().is_empty()) else { return };
    let made = pod.written_volumes().any(|other| other.get("ephemeral").is_some() && text_at(other, "name") == own);
    if made {
        invalid(claim, "claimName", "is the claim that an ephemeral volume of this pod creates", errors);
    }
}

fn size_limit<'t>(volume: Node<'t>, errors: &mut Errors<'t>) {
    let Some(limit) = volume.get("emptyDir").and_then(|node| node.get("sizeLimit")) else { return };
    if Quantity::of(limit).is_some_and(Quantity::is_negative) {
        errors.forbidden(limit, "it must not be negative");
    }
}

/// With an initiator's name, the names of the volume and its portal have to fit into 64 bytes together.
fn initiator_fits<'t>(volume: Node<'t>, errors: &mut Errors<'t>) {
    let Some(source) = volume.get("iscsi").filter(|source| source.get("initiatorName").is_some()) else { return };
    if text_at(volume, "name").len() + 1 + text_at(source, "targetPortal").len() > 64 {
        let why = "name and `iscsi.targetPortal` together must stay under 64 characters with an initiatorName";
        invalid(volume, "name", why, errors);
    }
}
