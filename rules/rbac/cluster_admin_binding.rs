use crate::rule::prelude::*;

rule! {
    /// A binding to `cluster-admin`.
    ///
    /// Whoever is bound may do everything; a pod with such an account owns the cluster, and with a RoleBinding its
    /// namespace. Bindings of users and groups of people (`Group`, `User`) in a RoleBinding are how namespaces are
    /// handed out and are not reported. Info where a ClusterRoleBinding names groups of administrators and nothing else: that is
    /// what `cluster-admin` is for.
    ///
    /// **How to fix**: bind a role with only the permissions that are needed.
    id: "cluster-admin-binding",
    severity: Warning,
    peers: &["kube-linter:cluster-admin-role-binding", "polaris:clusterrolebindingClusterAdmin", "polaris:rolebindingClusterAdminClusterRole", "trivy:KSV-0111", "kubescape:C-0185", "kubescape:C-0035", "kubescape:C-0272", "kics:cluster_admin_role_binding_with_super_user_permissions", "kyverno:restrict-binding-clusteradmin", "datree:CIS_INVALID_ROLE_CLUSTER_ADMIN"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    check: Check::Kind(&["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = object.root.at(&["roleRef", "name"]).filter(|node| node.as_str() == Some("cluster-admin")) else {
        return;
    };
    let subjects = || object.root.get("subjects").into_iter().flat_map(Node::items);
    let any = subjects().next().is_some();
    let people = any && subjects().all(|s| matches!(s.str_at("kind"), Some("User" | "Group")));
    let administrators = any && subjects().all(is_of_administrators);
    if object.gvk.kind == "ClusterRoleBinding" || !people {
        let where_to = if object.gvk.kind == "RoleBinding" { " in its namespace" } else { "" };
        let message = format!("{} grants every permission{where_to}", object.title());
        let help = "bind a role with only the permissions that are needed";
        context.report(node, message).help(help).excused(administrators);
    }
}

/// What groups of those who run the cluster are called.
const ADMINISTRATORS: [&str; 9] =
    ["admin", "admins", "administrator", "administrators", "clusteradmins", "ops", "platform", "sre", "sres"];

/// Whether a subject is a group of people whose name says that they run the cluster. Groups of the system are of everybody.
fn is_of_administrators(subject: Node<'_>) -> bool {
    let name = subject.str_at("name").unwrap_or_default().to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    subject.str_at("kind") == Some("Group")
        && !name.starts_with("system:")
        && words.any(|word| ADMINISTRATORS.contains(&word))
}
