//! DeviceClass.
//!
//! In: an object. Out: violations. Mirrors `validateDeviceClassSpec`.

use super::{config, list, selector};
use crate::api::Report;
use crate::api::check::{Check, names, valid};
use crate::yaml::Node;

/// Most configurations of a class.
const MOST_CONFIGS: usize = 32;

/// Judges a class.
pub(super) fn validate<'t>(root: Node<'t>, report: &mut Report<'t>) {
    let Some(spec) = root.get("spec") else { return };
    selector::list(spec, report);
    for one in list::bounded(spec, "config", MOST_CONFIGS, report) {
        config::validate(one, report);
    }
    // Counts since 1.36 (DRAExtendedResource).
    if let Some(node) = spec.get("extendedResourceName").filter(|_| report.since(36)) {
        valid(node, extended_resource, report);
    }
}

/// IsExtendedResourceName.
fn extended_resource(name: &str) -> Check {
    const WHY: &str = "must be the name of an extended resource: a domain of its own, `/` and a name";
    let native = !name.contains('/') || name.contains("kubernetes.io/") || name.starts_with("requests.");
    if native || names::qualified(&format!("requests.{name}")).is_err() { Err(WHY) } else { Ok(()) }
}
