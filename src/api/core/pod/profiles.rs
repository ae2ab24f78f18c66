//! Seccomp and AppArmor: profiles in fields and in the annotations from before the fields.
//!
//! In: a profile, or a pod with its metadata. Out: findings. Mirrors `validateSeccompProfileField`,
//! `ValidateAppArmorProfileField`, `ValidateSeccompPodAnnotations`, `ValidateAppArmorPodAnnotations` and the two
//! functions that hold annotations against fields.

use super::Pod;
use super::fields::{invalid, path_of};
use super::paths::descending;
use crate::api::check::{one_of, text, text_at};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Entry, Node, Place};

const TYPES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];

fn profile_type<'t>(profile: Node<'t>, errors: &mut Errors<'t>) -> &'t str {
    let kind = text_at(profile, "type");
    if kind.is_empty() {
        errors.required(profile, "type");
    } else {
        one_of(profile, "type", &TYPES, errors);
    }
    kind
}

/// `SeccompProfile`.
pub fn seccomp<'t>(profile: Node<'t>, errors: &mut Errors<'t>) {
    let kind = profile_type(profile, errors);
    let file = profile.get("localhostProfile");
    match (kind, file) {
        ("Localhost", None) => drop(errors.required(profile, "localhostProfile")),
        ("Localhost", Some(file)) => {
            if let Err(why) = descending(text(file)) {
                errors.invalid(file, why);
            }
        }
        (_, Some(file)) => drop(errors.invalid(file, "is only for profiles of type `Localhost`")),
        (_, None) => {}
    }
}

/// Longest path of a file, less one (PATH_MAX).
const LONGEST_PROFILE: usize = 4095;

/// `AppArmorProfile`.
pub fn app_armor<'t>(profile: Node<'t>, errors: &mut Errors<'t>) {
    let kind = profile_type(profile, errors);
    let file = profile.get("localhostProfile");
    match (kind, file) {
        ("Localhost", None) => drop(errors.required(profile, "localhostProfile")),
        ("Localhost", Some(file)) => local_profile(profile, text(file), errors),
        ("RuntimeDefault" | "Unconfined", Some(file)) => {
            errors.invalid(file, "is only for profiles of type `Localhost`");
        }
        _ => {}
    }
}

fn local_profile<'t>(profile: Node<'t>, name: &str, errors: &mut Errors<'t>) {
    if name.trim() != name {
        invalid(profile, "localhostProfile", "must not have blanks at its ends", errors);
    } else if name.is_empty() {
        errors.required(profile, "localhostProfile");
    }
    if name.len() > LONGEST_PROFILE {
        let message = format!("a profile's name has at most {LONGEST_PROFILE} bytes");
        errors.error(ErrorType::TooLong, Place::field(profile, "localhostProfile"), message);
    }
}

const SECCOMP_POD: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER: &str = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

/// The annotations by themselves.
pub fn annotations<'t>(pod: &Pod<'t>, annotations: Node<'t>, errors: &mut Errors<'t>) {
    for entry in annotations.entries() {
        if entry.name == SECCOMP_POD || entry.name.starts_with(SECCOMP_CONTAINER) {
            seccomp_annotation(pod, entry, errors);
        } else if let Some(container) = entry.name.strip_prefix(APP_ARMOR) {
            app_armor_annotation(pod, entry, container, errors);
        }
    }
}

fn seccomp_annotation<'t>(pod: &Pod<'t>, entry: Entry<'t>, errors: &mut Errors<'t>) {
    let value = text(entry.value);
    let outcome = match value.strip_prefix("localhost/") {
        Some(file) => descending(file),
        None if matches!(value, "runtime/default" | "docker/default" | "unconfined") => Ok(()),
        None => Err("must be runtime/default, unconfined or localhost/PROFILE"),
    };
    if let Err(why) = outcome {
        // The server joins the key by a dot here.
        let at = format!("{}.{}", pod.annotations_path(errors), entry.name);
        errors.error_at_path(ErrorType::Invalid, entry.value, at, format!("{}: {why}", quote(value)));
    }
}

fn app_armor_annotation<'t>(pod: &Pod<'t>, entry: Entry<'t>, container: &str, errors: &mut Errors<'t>) {
    let at = format!("{}[{}]", pod.annotations_path(errors), entry.name);
    if !pod.all_containers().any(|node| text_at(node, "name") == container) {
        let message = format!("the pod has no container named {}", quote(container));
        errors.error_at_path(ErrorType::Invalid, Place::key(entry), at.clone(), message);
    }
    if !is_app_armor(text(entry.value)) {
        let message = format!("{}: must be runtime/default, unconfined or localhost/PROFILE", quote(text(entry.value)));
        errors.error_at_path(ErrorType::Invalid, entry.value, at, message);
    }
}

fn is_app_armor(value: &str) -> bool {
    matches!(value, "" | "runtime/default" | "unconfined") || value.starts_with("localhost/")
}

/// Annotations against fields: where a container has both, they must say the same.
pub fn agreement<'t>(pod: &Pod<'t>, annotations: Node<'t>, errors: &mut Errors<'t>) {
    if !annotations.entries().any(|entry| entry.name.contains(".security.")) {
        return;
    }
    let own = pod.spec.at(&["securityContext", "seccompProfile"]);
    if let (Some(profile), Some(value)) = (own, annotations.str_at(SECCOMP_POD)) {
        let at = path_of(profile, errors);
        agree(profile, value, &at, "seccomp", errors);
    }
    for container in pod.all_containers() {
        seccomp_agreement(container, annotations, errors);
        if !pod.is_windows() && errors.since(30) {
            app_armor_agreement(pod, container, annotations, errors);
        }
    }
}

fn seccomp_agreement<'t>(container: Node<'t>, annotations: Node<'t>, errors: &mut Errors<'t>) {
    let Some(profile) = container.at(&["securityContext", "seccompProfile"]) else { return };
    let key = format!("{SECCOMP_CONTAINER}{}", text_at(container, "name"));
    if let Some(value) = annotations.str_at(&key) {
        let at = path_of(profile, errors);
        agree(profile, value, &at, "seccomp", errors);
    }
}

/// A pod's annotation becomes the field of a container without one (`applyAppArmorVersionSkew`), so that only what is
/// no profile can differ then.
fn app_armor_agreement<'t>(pod: &Pod<'t>, container: Node<'t>, annotations: Node<'t>, errors: &mut Errors<'t>) {
    let key = format!("{APP_ARMOR}{}", text_at(container, "name"));
    let Some(value) = annotations.str_at(&key) else { return };
    let own = container.at(&["securityContext", "appArmorProfile"]);
    if own.is_none() && pod.is_pod && !value.is_empty() && is_app_armor(value) {
        return;
    }
    let Some(profile) = own.or_else(|| pod.spec.at(&["securityContext", "appArmorProfile"])) else { return };
    let at = format!("{}.securityContext.appArmorProfile", path_of(container, errors));
    agree(profile, value, &at, "AppArmor", errors);
}

/// One annotation against one profile.
fn agree<'t>(profile: Node<'t>, value: &str, at: &str, what: &str, errors: &mut Errors<'t>) {
    let file = value.strip_prefix("localhost/");
    let (same_type, same_file) = match text_at(profile, "type") {
        "Unconfined" => (value == "unconfined", true),
        "RuntimeDefault" => (value == "runtime/default" || (what == "seccomp" && value == "docker/default"), true),
        "Localhost" => (file.is_some(), file == profile.str_at("localhostProfile")),
        _ => return,
    };
    let field = match (same_type, same_file) {
        (true, true) => return,
        (false, _) => "type",
        (true, false) => "localhostProfile",
    };
    let message = format!("the {what} annotation says {}: it must agree with the field", quote(value));
    errors.error_at_path(ErrorType::Forbidden, Place::field(profile, field), format!("{at}.{field}"), message);
}
