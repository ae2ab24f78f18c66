//! RoleBinding and ClusterRoleBinding.
//!
//! In: a decoded binding. Out: findings. Mirrors `pkg/apis/rbac/validation`, after the defaults of
//! `SetDefaults_RoleBinding` and `SetDefaults_Subject` (an empty `apiGroup` is the right one).

use crate::api::check::names;
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Object;

const GROUP: &str = "rbac.authorization.k8s.io";

/// `ValidateRoleBinding`.
pub fn role_binding<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    binding(object, true, errors);
}

/// `ValidateClusterRoleBinding`.
pub fn cluster_role_binding<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    binding(object, false, errors);
}

fn binding<'t>(object: Object<'t>, namespaced: bool, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    role_ref(root.child("roleRef"), namespaced, errors);
    for subject in root.child("subjects").items() {
        binding_subject(subject, namespaced, errors);
    }
}

fn role_ref<'t>(role: Field<'t>, namespaced: bool, errors: &mut Errors<'t>) {
    let kinds: &[&str] = if namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    role.child("kind").one_of(errors, kinds);
}

/// `ValidateRoleBindingSubject`.
fn binding_subject<'t>(subject: Field<'t>, namespaced: bool, errors: &mut Errors<'t>) {
    match subject.child("kind").text() {
        "ServiceAccount" => service_account(subject, namespaced, errors),
        "User" | "Group" => group(subject.child("apiGroup"), errors),
        _ => subject.child("kind").not_supported(errors, &["ServiceAccount", "User", "Group"]),
    }
}

fn service_account<'t>(subject: Field<'t>, namespaced: bool, errors: &mut Errors<'t>) {
    subject.child("name").check_if_set(errors, names::dns_subdomain);
    if !subject.child("apiGroup").text().is_empty() {
        subject.child("apiGroup").not_supported(errors, &[""]);
    }
    if !namespaced {
        subject.child("namespace").required_text(errors);
    }
}

/// An API group that may be left out but must not be another.
fn group<'t>(group: Field<'t>, errors: &mut Errors<'t>) {
    if !group.text().is_empty() {
        group.one_of(errors, &[GROUP]);
    }
}
