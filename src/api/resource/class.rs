//! DeviceClass.
//!
//! In: an object. Out: violations. Mirrors `validateDeviceClassSpec`.

use super::{config, list, selector};
use crate::api::Errors;
use crate::api::check::{Check, names, valid};
use crate::yaml::Node;

/// Most configurations of a class.
const MOST_CONFIGS: usize = 32;

/// Validates a class.
pub(super) fn validate<'t>(root: Node<'t>, errors: &mut Errors<'t>) {
    let Some(spec) = root.get("spec") else { return };
    selector::list(spec, errors);
    for one in list::bounded(spec, "config", MOST_CONFIGS, errors) {
        config::validate(one, errors);
    }
    // Counts since 1.36 (DRAExtendedResource).
    if let Some(node) = spec.get("extendedResourceName").filter(|_| errors.since(36)) {
        valid(node, extended_resource, errors);
    }
}

/// IsExtendedResourceName.
fn extended_resource(name: &str) -> Check {
    const WHY: &str = "must be the name of an extended resource: a domain of its own, `/` and a name";
    let native = !name.contains('/') || name.contains("kubernetes.io/") || name.starts_with("requests.");
    if native || names::qualified(&format!("requests.{name}")).is_err() { Err(WHY) } else { Ok(()) }
}
