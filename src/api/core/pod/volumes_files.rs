//! Volume sources that hold objects of the cluster, files of the node or claims.
//!
//! In: the source's mapping. Out: findings. Mirrors `validateSecretVolumeSource`,
//! `validateConfigMapVolumeSource`, `validateCSIVolumeSource`, `validateEphemeralVolumeSource` and their neighbours.

use rustc_hash::FxHashSet;

use super::Pod;
use super::fields::{invalid_at, items, need, obey, path, path_of};
use super::paths::{descending, not_reserved};
use crate::api::check::{names, number, one_of_if_set, text_at};
use crate::api::core::claim::claim_spec;
use crate::api::core::persistent_volume::sources::csi_driver_name;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::api::meta;
use crate::yaml::Node;

const FILE_MODES: i64 = 0o777;

/// `GitRepoVolumeSource`.
pub fn git_repo<'t>(_pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    need(source, "repository", errors);
    obey(source, "directory", descending, errors);
}

/// `SecretVolumeSource`.
pub fn secret<'t>(_pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    need(source, "secretName", errors);
    mode(source, "defaultMode", errors);
    key_paths(source, errors);
}

/// `ConfigMapVolumeSource`.
pub fn config_map<'t>(_pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    need(source, "name", errors);
    mode(source, "defaultMode", errors);
    key_paths(source, errors);
}

/// A file mode, where there is one: 0 to 0777.
pub fn mode<'t>(parent: Node<'t>, field: &str, errors: &mut Errors<'t>) {
    number::in_range(parent, field, 0..=FILE_MODES, errors);
}

fn key_paths<'t>(source: Node<'t>, errors: &mut Errors<'t>) {
    for item in items(source, "items") {
        key_path(item, errors);
    }
}

/// `KeyToPath`: a key of a config map or secret, and the file it becomes.
pub fn key_path<'t>(item: Node<'t>, errors: &mut Errors<'t>) {
    need(item, "key", errors);
    need(item, "path", errors);
    obey(item, "path", not_reserved, errors);
    mode(item, "mode", errors);
}

/// `PersistentVolumeClaimVolumeSource`.
pub fn claim<'t>(_pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    need(source, "claimName", errors);
}

/// `CSIVolumeSource`.
pub fn csi<'t>(_pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    csi_driver_name(Field::of(source).child("driver"), errors);
    let Some(secret) = source.get("nodePublishSecretRef") else { return };
    if need(secret, "name", errors) {
        // The server names `csi.name` here.
        if let Err(why) = names::dns_subdomain(text_at(secret, "name")) {
            let at = path(source, "name", errors);
            invalid_at(secret.get("name").unwrap_or(secret), at, why, errors);
        }
    }
}

/// `EphemeralVolumeSource`.
pub fn ephemeral<'t>(_pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    let Some(template) = source.get("volumeClaimTemplate") else {
        errors.required(source, "volumeClaimTemplate");
        return;
    };
    if let Some(metadata) = template.get("metadata") {
        meta::template(metadata, errors);
    }
    claim_spec(Field::of(template).child("spec"), false, errors);
}

/// `ImageVolumeSource`; only a pod itself needs the reference.
pub fn image<'t>(pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    if pod.is_pod {
        need(source, "reference", errors);
    }
    one_of_if_set(source, "pullPolicy", &["Always", "IfNotPresent", "Never"], errors);
}

/// A path that must be unique in its volume; remembers those seen.
pub fn conflict<'t>(
    volume: Node<'t>,
    item: Node<'t>,
    field: &str,
    seen: &mut FxHashSet<&'t str>,
    errors: &mut Errors<'t>,
) {
    let file = text_at(item, field);
    if file.is_empty() {
        return;
    }
    if !seen.insert(file) {
        let at = path_of(volume, errors);
        let place = item.get(field).unwrap_or(item);
        invalid_at(place, at, "two sources of this volume write this path", errors);
    }
}

/// One of two fields, not both; the error stands at the mapping that holds them.
pub fn exactly_one<'t>(holder: Node<'t>, fields: [&str; 2], at: &str, none: ErrorType, errors: &mut Errors<'t>) {
    let [a, b] = fields;
    match fields.iter().filter(|field| holder.get(field).is_some()).count() {
        0 => drop(errors.error_at_path(none, holder, at, format!("one of `{a}` and `{b}` is required"))),
        1 => {}
        _ => invalid_at(holder, at.to_owned(), &format!("`{a}` and `{b}` are mutually exclusive"), errors),
    }
}
