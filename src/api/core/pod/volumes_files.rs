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
use crate::api::field::Field;
use crate::api::meta;
use crate::api::report::{ErrorType, Report};
use crate::yaml::Node;

const FILE_MODES: i64 = 0o777;

/// `GitRepoVolumeSource`.
pub fn git_repo<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "repository", report);
    obey(source, "directory", descending, report);
}

/// `SecretVolumeSource`.
pub fn secret<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "secretName", report);
    mode(source, "defaultMode", report);
    key_paths(source, report);
}

/// `ConfigMapVolumeSource`.
pub fn config_map<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "name", report);
    mode(source, "defaultMode", report);
    key_paths(source, report);
}

/// A file mode, where there is one: 0 to 0777.
pub fn mode<'t>(parent: Node<'t>, field: &str, report: &mut Report<'t>) {
    number::in_range(parent, field, 0..=FILE_MODES, report);
}

fn key_paths<'t>(source: Node<'t>, report: &mut Report<'t>) {
    for item in items(source, "items") {
        key_path(item, report);
    }
}

/// `KeyToPath`: a key of a config map or secret, and the file it becomes.
pub fn key_path<'t>(item: Node<'t>, report: &mut Report<'t>) {
    need(item, "key", report);
    need(item, "path", report);
    obey(item, "path", not_reserved, report);
    mode(item, "mode", report);
}

/// `PersistentVolumeClaimVolumeSource`.
pub fn claim<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    need(source, "claimName", report);
}

/// `CSIVolumeSource`.
pub fn csi<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    csi_driver_name(Field::of(source).child("driver"), report);
    let Some(secret) = source.get("nodePublishSecretRef") else { return };
    if need(secret, "name", report) {
        // The server names `csi.name` here.
        if let Err(why) = names::dns_subdomain(text_at(secret, "name")) {
            let at = path(source, "name", report);
            invalid_at(secret.get("name").unwrap_or(secret), at, why, report);
        }
    }
}

/// `EphemeralVolumeSource`.
pub fn ephemeral<'t>(_pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    let Some(template) = source.get("volumeClaimTemplate") else {
        report.required(source, "volumeClaimTemplate");
        return;
    };
    if let Some(metadata) = template.get("metadata") {
        meta::template(metadata, report);
    }
    claim_spec(Field::of(template).child("spec"), false, report);
}

/// `ImageVolumeSource`; only a pod itself needs the reference.
pub fn image<'t>(pod: &Pod<'t>, source: Node<'t>, report: &mut Report<'t>) {
    if pod.is_pod {
        need(source, "reference", report);
    }
    one_of_if_set(source, "pullPolicy", &["Always", "IfNotPresent", "Never"], report);
}

/// A path that must be unique in its volume; remembers those seen.
pub fn conflict<'t>(
    volume: Node<'t>,
    item: Node<'t>,
    field: &str,
    seen: &mut FxHashSet<&'t str>,
    report: &mut Report<'t>,
) {
    let file = text_at(item, field);
    if file.is_empty() {
        return;
    }
    if !seen.insert(file) {
        let at = path_of(volume, report);
        let place = item.get(field).unwrap_or(item);
        invalid_at(place, at, "two sources of this volume write this path", report);
    }
}

/// One of two fields, not both; the error stands at the mapping that holds them.
pub fn exactly_one<'t>(holder: Node<'t>, fields: [&str; 2], at: &str, none: ErrorType, report: &mut Report<'t>) {
    let [a, b] = fields;
    match fields.iter().filter(|field| holder.get(field).is_some()).count() {
        0 => drop(report.error_at_path(none, holder, at, format!("one of `{a}` and `{b}` is required"))),
        1 => {}
        _ => invalid_at(holder, at.to_owned(), &format!("`{a}` and `{b}` exclude each other"), report),
    }
}
