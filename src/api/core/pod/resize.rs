//! What happens to a container when its resources change.
//!
//! In: a container. Out: findings on `resizePolicy`. Mirrors `validateResizePolicy` and the end of
//! `validateInitContainers`. Before 1.33 the field is dropped (InPlacePodVerticalScaling).

use rustc_hash::FxHashSet;

use super::Pod;
use super::fields::path;
use super::restart;
use crate::api::check::text_at;
use crate::api::errors::{ErrorType, Errors, quote};
use crate::yaml::{Node, Place};

/// The server reports on the list, not on its items, but for duplicates.
pub fn check<'t>(pod: &Pod<'t>, container: Node<'t>, errors: &mut Errors<'t>) {
    let Some(list) = container.get("resizePolicy").filter(|_| errors.since(33)) else { return };
    let mut seen = FxHashSet::default();
    for item in list.items() {
        let (name, policy) = (text_at(item, "resourceName"), text_at(item, "restartPolicy"));
        if !seen.insert(name) {
            errors.error(ErrorType::Duplicate, item, format!("resource {} is listed twice", quote(name)));
        }
        one_of(container, item, "resourceName", &["cpu", "memory"], errors);
        one_of(container, item, "restartPolicy", &["NotRequired", "RestartContainer"], errors);
        if pod.restart_policy == "Never" && policy != "NotRequired" {
            let message = "must be `NotRequired` in a pod with `restartPolicy: Never`";
            at_list(container, item, "restartPolicy", ErrorType::Invalid, message.to_owned(), errors);
        }
    }
}

fn one_of<'t>(container: Node<'t>, item: Node<'t>, field: &str, allowed: &[&str], errors: &mut Errors<'t>) {
    let value = text_at(item, field);
    let list = allowed.iter().map(|name| quote(name)).collect::<Vec<_>>().join(" or ");
    if value.is_empty() {
        at_list(container, item, field, ErrorType::Required, format!("`{field}` is required: {list}"), errors);
    } else if !allowed.contains(&value) {
        let message = format!("{} is not supported: use {list}", quote(value));
        at_list(container, item, field, ErrorType::NotSupported, message, errors);
    }
}

fn at_list<'t>(c: Node<'t>, item: Node<'t>, field: &str, kind: ErrorType, message: String, errors: &mut Errors<'t>) {
    let at = path(c, "resizePolicy", errors);
    errors.error_at_path(kind, Place::field(item, field), at, message);
}

/// An init container that is no sidecar cannot be restarted for a resize.
pub fn init<'t>(container: Node<'t>, errors: &mut Errors<'t>) {
    if restart::is_sidecar(container, errors) || !errors.since(36) {
        return;
    }
    for item in super::fields::items(container, "resizePolicy") {
        if text_at(item, "restartPolicy") == "RestartContainer" {
            let why = "an init container that is not a sidecar is not restarted for a resize";
            super::fields::invalid(item, "restartPolicy", why, errors);
        }
    }
}
