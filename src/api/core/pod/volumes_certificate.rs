//! Certificates for pods as files of a projected volume.
//!
//! In: a `podCertificate` source. Out: findings. Mirrors its part of `validateProjectionSources`. The source is dropped
//! before 1.37 (PodCertificateRequest).

use rustc_hash::FxHashSet;

use super::fields::{enumerated, int, invalid, path_of};
use super::paths::not_reserved;
use super::volumes_files::conflict;
use crate::api::certificates::signer::signer_name;
use crate::api::check::labels::ANNOTATIONS_LIMIT;
use crate::api::check::{names, text, text_at, valid_if_set};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

const KEY_TYPES: [&str; 6] = ["ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519", "RSA3072", "RSA4096"];
const PATHS: [&str; 3] = ["credentialBundlePath", "keyPath", "certificateChainPath"];

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// `PodCertificateProjection`; `seen` are the paths of the volume's other files.
pub fn check<'t>(volume: Node<'t>, source: Node<'t>, seen: &mut FxHashSet<&'t str>, errors: &mut Errors<'t>) {
    signer(source, errors);
    annotations(source, errors);
    enumerated(source, "keyType", &KEY_TYPES, errors);
    expiration(source, errors);
    for field in PATHS {
        valid_if_set(source, field, not_reserved, errors);
        conflict(volume, source, field, seen, errors);
    }
    if PATHS.iter().all(|field| text_at(source, field).is_empty()) {
        let message = format!("at least one of {} is required", PATHS.join(", "));
        errors.error(ErrorType::Required, source, message);
    }
}

fn signer<'t>(source: Node<'t>, errors: &mut Errors<'t>) {
    if text_at(source, "signerName").is_empty() {
        errors.required(source, "signerName");
    } else {
        valid_if_set(source, "signerName", signer_name, errors);
    }
}

fn annotations<'t>(source: Node<'t>, errors: &mut Errors<'t>) {
    let Some(map) = source.get("userAnnotations") else { return };
    let mut size = 0;
    for entry in map.entries() {
        size += entry.name.len() + text(entry.value).len();
        if let Err(why) = names::domain_prefixed_key(&entry.name.to_lowercase()) {
            let message = format!("{}: {why}", quote(entry.name));
            errors.error_at_path(ErrorType::Invalid, Place::key(entry), path_of(map, errors), message);
        }
    }
    if size > ANNOTATIONS_LIMIT {
        let message = format!("annotations have {size} bytes together: at most {ANNOTATIONS_LIMIT} are allowed");
        errors.error(ErrorType::TooLong, Place::Key(map), message);
    }
}

/// An hour at least, 91 days at most; a day with a signer of Kubernetes' own.
fn expiration<'t>(source: Node<'t>, errors: &mut Errors<'t>) {
    if source.get("maxExpirationSeconds").is_none() {
        return;
    }
    let host = text_at(source, "signerName").split('/').next().unwrap_or("");
    let own = host == "kubernetes.io" || host.ends_with(".kubernetes.io");
    let most = if own { DAY } else { 91 * DAY };
    if !(HOUR..=most).contains(&int(source, "maxExpirationSeconds")) {
        invalid(source, "maxExpirationSeconds", &format!("must be between {HOUR} and {most} with this signer"), errors);
    }
}
