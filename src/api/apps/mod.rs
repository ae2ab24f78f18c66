//! Validation of the API group `apps`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata. Mirrors
//! `pkg/apis/apps/validation`.

mod controller_revision;
mod daemon_set;
mod deployment;
mod stateful_set;
pub mod template;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind. Statuses are not checked: creation drops them.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "ControllerRevision" => controller_revision::validate(object.root, errors),
        "DaemonSet" => daemon_set::validate(object.root, errors),
        "Deployment" => deployment::deployment(object.root, errors),
        "ReplicaSet" => deployment::replica_set(object.root, errors),
        "StatefulSet" => stateful_set::validate(object.root, errors),
        _ => {}
    }
}
