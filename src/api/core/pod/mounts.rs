//! Where containers mount volumes.
//!
//! In: a container and the pod's valid volumes. Out: findings on `volumeMounts` and `volumeDevices`. Mirrors
//! `ValidateVolumeMounts`, `validateMountPropagation`, `validateMountRecursiveReadOnly` and `ValidateVolumeDevices`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Pod;
use super::fields::{flag, invalid, items, need, path};
use super::paths::{descending, no_backsteps};
use crate::api::check::text_at;
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

/// The mounts and devices of one container.
pub fn check<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    mounts(pod, container, errors);
    devices(pod, container, errors);
}

fn mounts<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    let devices = pairs(container, "volumeDevices", "devicePath");
    let device_paths: FxHashSet<&str> = devices.values().copied().collect();
    let mut seen = FxHashSet::default();
    for mount in items(container, "volumeMounts") {
        if is_dropped(pod, mount, errors) {
            continue;
        }
        let (name, at) = (text_at(mount, "name"), text_at(mount, "mountPath"));
        need(mount, "name", errors);
        known(pod, mount, errors);
        need(mount, "mountPath", errors);
        if !seen.insert(at) {
            invalid(mount, "mountPath", "is mounted twice in this container", errors);
        }
        if devices.contains_key(name) {
            invalid(mount, "name", "is used in `volumeDevices` already", errors);
        }
        if device_paths.contains(at) {
            invalid(mount, "mountPath", "is a path in `volumeDevices` already", errors);
        }
        sub_paths(container, mount, errors);
        propagation(container, mount, errors);
        if errors.since(31) {
            recursive_read_only(container, mount, errors);
        }
    }
}

/// Mounts of image volumes are dropped with these before 1.35 (`dropImageVolumes`).
fn is_dropped<'t>(pod: &Pod<'t>, mount: Node<'t>, errors: &Errors<'t>) -> bool {
    let names = |volume: &Node<'t>| text_at(*volume, "name") == text_at(mount, "name");
    !errors.since(35) && pod.written_volumes().find(names).is_some_and(|volume| volume.get("image").is_some())
}

/// Names with paths; of two with the same name the last counts.
fn pairs<'t>(container: Node<'t>, list: &str, path: &str) -> FxHashMap<&'t str, &'t str> {
    items(container, list).map(|item| (text_at(item, "name"), text_at(item, path))).collect()
}

/// The volume must be one of the pod's valid volumes.
fn known<'t>(pod: &Pod<'t>, item: Node<'t>, errors: &mut Errors<'t>) {
    let name = text_at(item, "name");
    if pod.volume(name).is_none() {
        let message = match !name.is_empty() && pod.volume_names.contains(name) {
            true => format!("volume {} is not valid itself", quote(name)),
            false => format!("the pod has no volume named {}", quote(name)),
        };
        errors.error(ErrorType::NotFound, Place::field(item, "name"), message);
    }
}

/// The server names these fields below the list: `volumeMounts.subPath`.
fn quirky<'t>(kind: ErrorType, container: Node<'t>, mount: Node<'t>, field: &str, why: &str, errors: &mut Errors<'t>) {
    let at = format!("{}.{field}", path(container, "volumeMounts", errors));
    let place = mount.get(field).unwrap_or(mount);
    errors.error_at_path(kind, place, at, format!("{}: {why}", quote(text_at(mount, field))));
}

fn sub_paths<'t>(container: Node<'t>, mount: Node<'t>, errors: &mut Errors<'t>) {
    let both = !text_at(mount, "subPath").is_empty() && !text_at(mount, "subPathExpr").is_empty();
    if both {
        invalid(mount, "subPathExpr", "excludes `subPath`", errors);
    }
    for field in ["subPath", "subPathExpr"] {
        if let Err(why) = descending(text_at(mount, field)) {
            quirky(ErrorType::Invalid, container, mount, field, why, errors);
        }
    }
}

fn propagation<'t>(container: Node<'t>, mount: Node<'t>, errors: &mut Errors<'t>) {
    let Some(mode) = mount.str_at("mountPropagation") else { return };
    let privileged = container.get("securityContext").is_some_and(|context| flag(context, "privileged"));
    match mode {
        "Bidirectional" if !privileged => {
            let why = "only a privileged container can propagate mounts to the host";
            quirky(ErrorType::Forbidden, container, mount, "mountPropagation", why, errors);
        }
        "Bidirectional" | "HostToContainer" | "None" => {}
        _ => {
            let why = "use `Bidirectional`, `HostToContainer` or `None`";
            quirky(ErrorType::NotSupported, container, mount, "mountPropagation", why, errors);
        }
    }
}

fn recursive_read_only<'t>(container: Node<'t>, mount: Node<'t>, errors: &mut Errors<'t>) {
    let Some(mode) = mount.str_at("recursiveReadOnly") else { return };
    let (field, propagation) = ("recursiveReadOnly", mount.str_at("mountPropagation").unwrap_or("None"));
    match mode {
        "Disabled" => {}
        "Enabled" | "IfPossible" => {
            if !flag(mount, "readOnly") {
                quirky(ErrorType::Forbidden, container, mount, field, "needs `readOnly: true`", errors);
            }
            if propagation != "None" {
                let why = "needs `mountPropagation` to be None or absent";
                quirky(ErrorType::Forbidden, container, mount, field, why, errors);
            }
        }
        _ => {
            let why = "use `Disabled`, `Enabled` or `IfPossible`";
            quirky(ErrorType::NotSupported, container, mount, field, why, errors);
        }
    }
}

fn devices<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    let mounts = pairs(container, "volumeMounts", "mountPath");
    let mount_paths: FxHashSet<&str> = mounts.values().copied().collect();
    let (mut names, mut paths) = (FxHashSet::default(), FxHashSet::default());
    for device in items(container, "volumeDevices") {
        let (name, at) = (text_at(device, "name"), text_at(device, "devicePath"));
        need(device, "name", errors);
        if names.contains(name) {
            invalid(device, "name", "is listed twice", errors);
        }
        known(pod, device, errors);
        claim_backed(pod, device, errors);
        need(device, "devicePath", errors);
        if paths.contains(at) {
            invalid(device, "devicePath", "is listed twice", errors);
        }
        match no_backsteps(at) {
            Err(why) => invalid(device, "devicePath", why, errors),
            Ok(()) => drop(paths.insert(at)),
        }
        if mounts.contains_key(name) {
            invalid(device, "name", "is used in `volumeMounts` already", errors);
        }
        if mount_paths.contains(at) {
            invalid(device, "devicePath", "is a path in `volumeMounts` already", errors);
        }
        if !name.is_empty() {
            names.insert(name);
        }
    }
}

fn claim_backed<'t>(pod: &Pod<'t>, device: Node<'t>, errors: &mut Errors<'t>) {
    let Some(Some(volume)) = pod.volume(text_at(device, "name")) else { return };
    if volume.get("persistentVolumeClaim").is_none() && volume.get("ephemeral").is_none() {
        invalid(device, "name", "only a volume of a claim (persistentVolumeClaim, ephemeral) can be a device", errors);
    }
}
