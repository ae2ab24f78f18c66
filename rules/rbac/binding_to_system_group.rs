use crate::rule::prelude::*;

rule! {
    /// A binding to everybody, or to those who may do everything.
    ///
    /// `system:anonymous` and `system:unauthenticated` are whoever reaches the API server; `system:authenticated` is
    /// every account, service accounts of all namespaces included; membership in `system:masters` cannot be taken back
    /// by RBAC.
    ///
    /// **How to fix**: bind named users, groups or service accounts.
    id: "binding-to-system-group",
    severity: Error,
    peers: &["trivy:KSV-0122", "trivy:KSV-0123", "trivy:KSV-01011", "kubescape:C-0246", "kubescape:C-0262", "kubescape:C-0265", "kyverno:restrict-binding-system-groups", "kubesec:BindingsToSystemAnonymous", "datree:CIS_INVALID_VALUE_SYSTEM_MASTERS"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    check: Check::Kind(&["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"], check),
}

/// Roles that are meant for everybody.
const PUBLIC: &[&str] = &["system:public-info-viewer", "system:discovery", "system:basic-user", "system:service-account-issuer-discovery"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let role = object.root.at(&["roleRef", "name"]).and_then(Node::as_str).unwrap_or("");
    for subject in object.root.get("subjects").into_iter().flat_map(Node::items).filter(|_| !PUBLIC.contains(&role)) {
        let Some(node) = subject.get("name") else { continue };
        let (who, everybody) = match node.as_str() {
            Some(name @ ("system:anonymous" | "system:unauthenticated" | "system:masters")) => (name, true),
            Some(name @ ("system:authenticated" | "system:serviceaccounts")) => (name, false),
            _ => continue,
        };
        let finding = context.report(node, format!("{} binds `{who}`", object.title())).help("bind named users, groups or service accounts");
        if !everybody {
            finding.at_most(Severity::Warning);
        }
    }
}
