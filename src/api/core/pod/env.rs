//! Environment variables.
//!
//! In: a container. Out: findings on `env` and `envFrom`. Mirrors `ValidateEnv`, `validateEnvVarValueFrom`,
//! `ValidateEnvFrom`, the key selectors, and `validateFileKeyRefVolumes`.

use rustc_hash::FxHashMap;

use super::Pod;
use super::fieldrefs;
use super::fields::{invalid_at, items, need, obey, path_of};
use super::paths::no_backsteps;
use crate::api::check::{names, required_text, text_at, valid_if_set};
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

const SOURCES: [&str; 5] = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

/// `env` and `envFrom` of one container.
pub fn check<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    let relaxed = errors.since(32);
    for variable in items(container, "env") {
        required_text(variable, "name", |name| names::env_name(name, relaxed), errors);
        if let Some(source) = variable.get("valueFrom") {
            value_from(variable, source, errors);
        }
    }
    if let Some(list) = container.get("envFrom") {
        for source in list.items() {
            valid_if_set(source, "prefix", |prefix| names::env_name(prefix, relaxed), errors);
            env_from(list, source, errors);
        }
    }
}

fn value_from<'t>(variable: Node<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    // Before 1.35 a file reference is dropped (EnvFiles).
    let sources = if errors.since(35) { &SOURCES[..] } else { &SOURCES[..4] };
    let set = sources.iter().filter(|name| source.get(name).is_some()).count();
    for name in sources {
        if let Some(reference) = source.get(name) {
            one_source(name, reference, errors);
        }
    }
    if set == 0 {
        errors.error(ErrorType::Invalid, source, format!("`valueFrom` needs one of {}", sources.join(", ")));
    } else if !text_at(variable, "value").is_empty() {
        errors.error(ErrorType::Invalid, Place::Key(source), "`value` and `valueFrom` are mutually exclusive");
    } else if set > 1 {
        errors.error(ErrorType::Invalid, source, "`valueFrom` takes one source, not several");
    }
}

fn one_source<'t>(name: &str, reference: Node<'t>, errors: &mut Errors<'t>) {
    match name {
        "fieldRef" => fieldrefs::object_field(reference, &path_of(reference, errors), fieldrefs::ENV_FIELDS, errors),
        "resourceFieldRef" => fieldrefs::resource_field(reference, &path_of(reference, errors), false, errors),
        "fileKeyRef" => file_key(reference, errors),
        _ => object_key(reference, errors),
    }
}

/// `ConfigMapKeySelector` and `SecretKeySelector`.
fn object_key<'t>(reference: Node<'t>, errors: &mut Errors<'t>) {
    obey(reference, "name", names::dns_subdomain, errors);
    required_text(reference, "key", names::config_key, errors);
}

/// `FileKeySelector`.
fn file_key<'t>(reference: Node<'t>, errors: &mut Errors<'t>) {
    required_text(reference, "key", |key| names::env_name(key, true), errors);
    required_text(reference, "volumeName", names::dns_label, errors);
    required_text(reference, "path", no_backsteps, errors);
}

/// One item of `envFrom`. What concerns several of its fields the server reports at the list.
fn env_from<'t>(list: Node<'t>, source: Node<'t>, errors: &mut Errors<'t>) {
    let references = ["configMapRef", "secretRef"].map(|name| source.get(name));
    for reference in references.into_iter().flatten() {
        if need(reference, "name", errors) {
            let name = text_at(reference, "name");
            // The server checks the name as a prefix: a trailing dash is allowed.
            if let Err(why) = names::dns_subdomain(&names::masked_prefix(name)) {
                super::fields::invalid(reference, "name", why, errors);
            }
        }
    }
    let at = path_of(list, errors);
    match references.iter().flatten().count() {
        0 => {
            let message = "one of `configMapRef` and `secretRef` is required";
            errors.error_at_path(ErrorType::Invalid, source, at, message);
        }
        1 => {}
        _ => invalid_at(source, at, "`configMapRef` and `secretRef` are mutually exclusive", errors),
    }
}

/// The volumes that `fileKeyRef`s name must be there and empty at first.
pub fn file_volumes<'t>(pod: &Pod<'t>, errors: &mut Errors<'t>) {
    if !errors.since(35) {
        return;
    }
    let variables = pod.all_containers().flat_map(|container| items(container, "env"));
    let references: Vec<_> = variables.filter_map(|variable| variable.at(&["valueFrom", "fileKeyRef"])).collect();
    if references.is_empty() {
        return;
    }
    let named = |volume: Node<'t>| (text_at(volume, "name"), volume);
    let volumes: FxHashMap<_, _> = items(pod.spec, "volumes").map(named).collect();
    for reference in references {
        let name = text_at(reference, "volumeName");
        match volumes.get(name).copied() {
            None => {
                let message = format!("the pod has no volume named {}", quote(name));
                errors.error(ErrorType::NotFound, Place::field(reference, "volumeName"), message);
            }
            Some(volume) if !is_empty_dir(volume) => {
                super::fields::invalid(reference, "volumeName", "must be an `emptyDir` volume", errors);
            }
            Some(_) => {}
        }
    }
}

/// Whether it is an `emptyDir`, which a volume without any source becomes.
fn is_empty_dir(volume: Node<'_>) -> bool {
    let sourced = volume.entries().any(|entry| entry.name != "name" && !entry.value.is_null());
    volume.get("emptyDir").is_some() || !sourced
}
