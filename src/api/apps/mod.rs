//! Validation of the API group `apps`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/apps/validation`.

mod controller_revision;
mod daemon_set;
mod deployment;
mod stateful_set;
pub mod template;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind. Statuses are not judged: creation drops them.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "ControllerRevision" => controller_revision::validate(object.root, report),
        "DaemonSet" => daemon_set::validate(object.root, report),
        "Deployment" => deployment::deployment(object.root, report),
        "ReplicaSet" => deployment::replica_set(object.root, report),
        "StatefulSet" => stateful_set::validate(object.root, report),
        _ => {}
    }
}
