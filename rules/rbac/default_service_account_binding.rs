use crate::rule::prelude::*;

rule! {
    /// A binding to a service account `default`.
    ///
    /// Every pod of the namespace that names no account then has these permissions.
    ///
    /// **How to fix**: create a ServiceAccount for the workload that needs them.
    id: "default-service-account-binding",
    severity: Warning,
    peers: &["checkov:CKV_K8S_42", "kubescape:C-0189", "kics:role_binding_to_default_service_account", "popeye:308"],
    references: &["https://kubernetes.io/docs/concepts/security/service-accounts/"],
    check: Check::Kind(&["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for subject in object.root.get("subjects").into_iter().flat_map(Node::items) {
        let default = subject.str_at("kind") == Some("ServiceAccount") && subject.str_at("name") == Some("default");
        if let Some(node) = subject.get("name").filter(|_| default) {
            let message =
                format!("{} grants permissions to every pod without a ServiceAccount of its own", object.title());
            context.report(node, message).help("create a ServiceAccount for the workload");
        }
    }
}
