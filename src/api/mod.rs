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
pub mod events;
pub mod field;
pub mod flowcontrol;
pub mod meta;
pub mod networking;
pub mod node;
pub mod policy;
pub mod rbac;
pub mod report;
pub mod resource;
pub mod scheduling;
pub mod storage;
#[cfg(test)]
mod testing;

pub use constraints::Typed;
pub use report::{ErrorType, Report};

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
    let mut report = Report::new(object.root, version);
    typed.validate(&mut report);
    if let Some(rules) = meta::rules(object.gvk.group, object.gvk.kind) {
        meta::object_meta(object, rules, &mut report);
        by_group(object, &mut report);
    } else if object.gvk.group == "authorization.k8s.io" {
        authorization::validate(object, &mut report);
    }
    report.into_findings()
}

/// Everything but the metadata.
fn by_group<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.group {
        "" => core::validate(object, report),
        "admissionregistration.k8s.io" => admissionregistration::validate(object, report),
        "apiextensions.k8s.io" => apiextensions::validate(object, report),
        "apiregistration.k8s.io" => apiregistration::validate(object, report),
        "apps" => apps::validate(object, report),
        "autoscaling" => autoscaling::validate(object, report),
        "batch" => batch::validate(object, report),
        "certificates.k8s.io" => certificates::validate(object, report),
        "coordination.k8s.io" => coordination::validate(object, report),
        "discovery.k8s.io" => discovery::validate(object, report),
        "events.k8s.io" => events::validate(object, report),
        "flowcontrol.apiserver.k8s.io" => flowcontrol::validate(object, report),
        "networking.k8s.io" => networking::validate(object, report),
        "node.k8s.io" => node::validate(object, report),
        "policy" => policy::validate(object, report),
        "rbac.authorization.k8s.io" => rbac::validate(object, report),
        "resource.k8s.io" => resource::validate(object, report),
        "scheduling.k8s.io" => scheduling::validate(object, report),
        "storage.k8s.io" => storage::validate(object, report),
        _ => {}
    }
}
