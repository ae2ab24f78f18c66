//! Validation of the core API group.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

pub mod pod;
mod replication_controller;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "Pod" => pod::validate(object, report),
        "PodTemplate" => replication_controller::pod_template(object.root, report),
        "ReplicationController" => replication_controller::validate(object.root, report),
        _ => {}
    }
}
