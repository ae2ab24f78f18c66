use crate::rule::prelude::*;

rule! {
    /// A binding to a Role or ClusterRole that does not exist.
    ///
    /// The binding is accepted and grants nothing. Cluster roles that every cluster has (`view`, `edit`, `admin`,
    /// `cluster-admin`, `system:…`) are known, as are those that an operator's resource or a Helm release may make. Others
    /// often come with what is installed beside the repository: a missing ClusterRole is only info.
    ///
    /// **How to fix**: correct `roleRef`; a Role must be in the same namespace as its RoleBinding.
    id: "dangling-role-reference",
    severity: Warning,
    peers: &["popeye:1300"],
    references: &["https://kubernetes.io/docs/reference/access-authn-authz/rbac/"],
    check: Check::KindInSet(&["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"], check),
}

const BUILT_IN: &[&str] =
    &["admin", "edit", "view", "cluster-admin", "self-provisioner", "basic-user", "cluster-reader", "cluster-status"];

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(reference) = object.root.get("roleRef") else { return };
    let (Some(kind), Some(node)) = (reference.str_at("kind"), reference.get("name")) else { return };
    let Some(name) = node.as_str() else { return };
    // Roles whose name holds a colon are the cluster's own or those of an extension of it.
    if !matches!(kind, "Role" | "ClusterRole")
        || name.contains(':')
        || kind == "ClusterRole" && BUILT_IN.contains(&name)
    {
        return;
    }
    let namespace = if kind == "Role" { context.item().namespace() } else { None };
    let there = context.set.named(kind, name, namespace).next().is_some();
    if !there && !context.set.may_exist_in(kind, name, namespace) {
        let message = format!("{kind} `{name}` is not defined in this repository");
        let help = match kind {
            "Role" => "correct `roleRef`: a Role must be in the same namespace as its RoleBinding",
            _ => "correct `roleRef`, or add the ClusterRole",
        };
        let finding = context.report(node, message).help(help).missing(kind, name);
        if kind == "ClusterRole" {
            finding.at_most(Severity::Info);
        }
    }
}
