//! What the API server checks after decoding.
//!
//! In: an object that decodes, and the target version of Kubernetes. Out: findings of category `api`, with the server's
//! own field paths and error types. One folder per API group, one file per type or concern; `check` holds what they
//! share, `meta` what all objects share. A validator is a plain function `fn(node, &mut Report)`.

pub mod admissionregistration;
pub mod apiextensions;
pub mod apiregistration;
pub mod apps;
pub mod authorization;
pub mod autoscaling;
pub mod batch;
pub mod certificates;
pub mod check;
pub mod constraints;
pub mod coordination;
pub mod core;
pub mod custom;
pub mod discovery;
pub mod errors;
pub mod events;
pub mod field;
pub mod flowcontrol;
pub mod meta;
pub mod networking;
pub mod node;
pub mod policy;
pub mod rbac;
pub mod resource;
pub mod scheduling;
pub mod storage;
#[cfg(test)]
mod testing;

pub use constraints::Typed;
pub use errors::{ErrorType, Errors};

use crate::finding::Finding;
use crate::object::Object;
use crate::version::KubeVersion;

/// Validates one object as the server of that version would on creation. Objects of kinds that no group here knows
/// (custom resources) give nothing.
pub fn validate(object: Object<'_>, version: KubeVersion) -> Vec<Finding> {
    validate_typed(object, &Typed::default(), version)
}

/// The same, with the field rules of the tables for what decoding saw of the object.
pub fn validate_typed<'t>(object: Object<'t>, typed: &Typed<'t>, version: KubeVersion) -> Vec<Finding> {
    let mut errors = Errors::new(object.root, version);
    typed.validate(&mut errors);
    if let Some(rules) = meta::rules(object.gvk.group, object.gvk.kind) {
        meta::object_meta(object, rules, &mut errors);
        by_group(object, &mut errors);
    } else if object.gvk.group == "authorization.k8s.io" {
        authorization::validate(object, &mut errors);
    }
    errors.into_findings()
}

/// Everything but the metadata.
fn by_group<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.group {
        "" => core::validate(object, errors),
        "admissionregistration.k8s.io" => admissionregistration::validate(object, errors),
        "apiextensions.k8s.io" => apiextensions::validate(object, errors),
        "apiregistration.k8s.io" => apiregistration::validate(object, errors),
        "apps" => apps::validate(object, errors),
        "autoscaling" => autoscaling::validate(object, errors),
        "batch" => batch::validate(object, errors),
        "certificates.k8s.io" => certificates::validate(object, errors),
        "coordination.k8s.io" => coordination::validate(object, errors),
        "discovery.k8s.io" => discovery::validate(object, errors),
        "events.k8s.io" => events::validate(object, errors),
        "flowcontrol.apiserver.k8s.io" => flowcontrol::validate(object, errors),
        "networking.k8s.io" => networking::validate(object, errors),
        "node.k8s.io" => node::validate(object, errors),
        "policy" => policy::validate(object, errors),
        "rbac.authorization.k8s.io" => rbac::validate(object, errors),
        "resource.k8s.io" => resource::validate(object, errors),
        "scheduling.k8s.io" => scheduling::validate(object, errors),
        "storage.k8s.io" => storage::validate(object, errors),
        _ => {}
    }
}
