//! Volumes put together from several sources, and the downward API.
//!
//! In: a `projected` or `downwardAPI` source. Out: findings. Mirrors `validateProjectionSources`,
//! `validateDownwardAPIVolumeSource` and `validateDownwardAPIVolumeFile`.

use rustc_hash::FxHashSet;

use super::Pod;
use super::fieldrefs;
use super::fields::{invalid, invalid_at, items, need, path, path_of};
use super::paths::not_reserved;
use super::volumes_certificate as certificates;
use super::volumes_files::{conflict, exactly_one, key_path, mode};
use crate::api::check::text_at;
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

/// `DownwardAPIVolumeSource`. The server names the source, not the item that is wrong.
pub fn downward_api<'t>(_pod: &Pod<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    mode(source, "defaultMode", errors);
    let at = path_of(source, errors);
    for file in items(source, "items") {
        downward_file(file, &at, errors);
    }
}

/// One file of the downward API; `at` is the path under which the server reports on it.
fn downward_file<'t>(file: Node<'t>, at: &str, errors: &mut Errors<'t>) {
    let file_path = text_at(file, "path");
    if file_path.is_empty() {
        errors.error_at_path(
            ErrorType::Required,
            Place::field(file, "path"),
            format!("{at}.path"),
            "`path` is required",
        );
    } else if let Err(why) = not_reserved(file_path) {
        invalid_at(file.get("path").unwrap_or(file), format!("{at}.path"), why, errors);
    }
    exactly_one(file, ["fieldRef", "resourceFieldRef"], at, ErrorType::Required, errors);
    if let Some(reference) = file.get("fieldRef") {
        fieldrefs::object_field(reference, &format!("{at}.fieldRef"), fieldrefs::VOLUME_FIELDS, errors);
    } else if let Some(reference) = file.get("resourceFieldRef") {
        fieldrefs::resource_field(reference, &format!("{at}.resourceFieldRef"), true, errors);
    }
    if let Some(node) = file.get("mode")
        && node.as_i64().is_some_and(|value| !(0..=0o777).contains(&value))
    {
        invalid_at(node, format!("{at}.mode"), "must be between 0 and 0777 (octal)", errors);
    }
}

/// `ProjectedVolumeSource`.
pub fn check<'t>(_pod: &Pod<'t>, projected: Node<'t>, errors: &mut Errors<'t>) {
    mode(projected, "defaultMode", errors);
    let mut seen = FxHashSet::default();
    for source in items(projected, "sources") {
        for field in ["secret", "configMap"] {
            if let Some(object) = source.get(field) {
                keys(projected, object, &mut seen, errors);
            }
        }
        if let Some(api) = source.get("downwardAPI") {
            downward(projected, api, &mut seen, errors);
        }
        if let Some(token) = source.get("serviceAccountToken") {
            service_account_token(projected, token, errors);
        }
        if let Some(certificate) = source.get("podCertificate").filter(|_| errors.since(37)) {
            certificates::check(projected, certificate, &mut seen, errors);
        }
        one_kind(source, errors);
    }
}

/// The sources that default feature gates keep: clusterTrustBundle is dropped before validation, podCertificate until
/// 1.36.
fn one_kind<'t>(source: Node<'t>, errors: &mut Errors<'t>) {
    let kinds = ["secret", "configMap", "downwardAPI", "serviceAccountToken", "podCertificate"];
    let kinds = if errors.since(37) { &kinds[..] } else { &kinds[..4] };
    if kinds.iter().filter(|kind| source.get(kind).is_some()).count() > 1 {
        errors.error(ErrorType::Forbidden, source, "a source of a projected volume can only have one type");
    }
}

fn keys<'t>(projected: Node<'t>, object: Node<'t>, seen: &mut FxHashSet<&'t str>, errors: &mut Errors<'t>) {
    need(object, "name", errors);
    for item in items(object, "items") {
        key_path(item, errors);
        conflict(projected, item, "path", seen, errors);
    }
}

fn downward<'t>(projected: Node<'t>, api: Node<'t>, seen: &mut FxHashSet<&'t str>, errors: &mut Errors<'t>) {
    let at = path_of(api, errors);
    for file in items(api, "items") {
        downward_file(file, &at, errors);
        conflict(projected, file, "path", seen, errors);
    }
}

/// `ServiceAccountTokenProjection`. The server reports on `path` as if it were a field of the volume source.
fn service_account_token<'t>(projected: Node<'t>, token: Node<'t>, errors: &mut Errors<'t>) {
    if let Some(seconds) = token.get("expirationSeconds").and_then(Node::as_i64) {
        if seconds < 600 {
            invalid(token, "expirationSeconds", "must be at least 600 seconds", errors);
        } else if seconds > 1 << 32 {
            invalid(token, "expirationSeconds", "must be at most 2^32 seconds", errors);
        }
    }
    let at = path(projected, "path", errors);
    let place = Place::field(token, "path");
    let file = text_at(token, "path");
    if file.is_empty() {
        errors.error_at_path(ErrorType::Required, place, at, "`path` of the token is required");
    } else if let Err(why) = not_reserved(file) {
        errors.error_at_path(ErrorType::Invalid, place, at, format!("{}: {why}", quote(file)));
    }
}
