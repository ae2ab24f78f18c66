//! RoleBinding and ClusterRoleBinding.
//!
//! In: a decoded binding. Out: findings. Mirrors `pkg/apis/rbac/validation`, after the defaults of
//! `SetDefaults_RoleBinding` and `SetDefaults_Subject` (an empty `apiGroup` is the right one).

use crate::api::check::names;
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

const GROUP: &str = "rbac.authorization.k8s.io";

/// `ValidateRoleBinding`.
pub fn role_binding<'t>(object: Object<'t>, report: &mut Report<'t>) {
    binding(object, true, report);
}

/// `ValidateClusterRoleBinding`.
pub fn cluster_role_binding<'t>(object: Object<'t>, report: &mut Report<'t>) {
    binding(object, false, report);
}

fn binding<'t>(object: Object<'t>, namespaced: bool, report: &mut Report<'t>) {
    let root = Field::of(object.root);
    role_ref(root.child("roleRef"), namespaced, report);
    for subject in root.child("subjects").items() {
        binding_subject(subject, namespaced, report);
    }
}

fn role_ref<'t>(role: Field<'t>, namespaced: bool, report: &mut Report<'t>) {
    let kinds: &[&str] = if namespaced { &["Role", "ClusterRole"] } else { &["ClusterRole"] };
    role.child("kind").one_of(report, kinds);
}

/// `ValidateRoleBindingSubject`.
fn binding_subject<'t>(subject: Field<'t>, namespaced: bool, report: &mut Report<'t>) {
    match subject.child("kind").text() {
        "ServiceAccount" => service_account(subject, namespaced, report),
        "User" | "Group" => group(subject.child("apiGroup"), report),
        _ => subject.child("kind").not_supported(report, &["ServiceAccount", "User", "Group"]),
    }
}

fn service_account<'t>(subject: Field<'t>, namespaced: bool, report: &mut Report<'t>) {
    subject.child("name").check_if_set(report, names::dns_subdomain);
    if !subject.child("apiGroup").text().is_empty() {
        subject.child("apiGroup").not_supported(report, &[""]);
    }
    if !namespaced {
        subject.child("namespace").required_text(report);
    }
}

/// An API group that may be left out but must not be another.
fn group<'t>(group: Field<'t>, report: &mut Report<'t>) {
    if !group.text().is_empty() {
        group.one_of(report, &[GROUP]);
    }
}
