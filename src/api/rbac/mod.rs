//! Validation of the API group `rbac.authorization.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod binding;
mod role;

use crate::api::Report;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, report: &mut Report<'t>) {
    match object.gvk.kind {
        "ClusterRole" => role::cluster_role(object, report),
        "ClusterRoleBinding" => binding::cluster_role_binding(object, report),
        "Role" => role::role(object, report),
        "RoleBinding" => binding::role_binding(object, report),
        _ => {}
    }
}
