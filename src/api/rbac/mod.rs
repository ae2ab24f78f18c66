//! Validation of the API group `rbac.authorization.k8s.io`.
//!
//! In: an object of the group. Out: violations of its rules, except those on metadata.

mod binding;
mod role;

use crate::api::Errors;
use crate::object::Object;

/// Validates an object by its kind.
pub fn validate<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    match object.gvk.kind {
        "ClusterRole" => role::cluster_role(object, errors),
        "ClusterRoleBinding" => binding::cluster_role_binding(object, errors),
        "Role" => role::role(object, errors),
        "RoleBinding" => binding::role_binding(object, errors),
        _ => {}
    }
}
