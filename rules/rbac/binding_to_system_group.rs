use crate::rule::prelude::*;

rule! {
    /// A binding to everybody, or to a group that may do everything.
    ///
    /// `system:anonymous` and `system:unauthenticated` are whoever reaches the API server; `system:authenticated` is
    /// every account, service accounts of all namespaces included; membership in `system:masters` cannot be taken back
    /// by RBAC. A role of the repository that only reads objects by their names, and no Secrets, may be bound to every
    /// account.
    ///
    /// **How to fix**: bind named users, groups or service accounts.
    id: "binding-to-system-group",
    severity: Error,
    peers: &["trivy:KSV-0122", "trivy:KSV-0123", "trivy:KSV-01011", "kubescape:C-0246", "kubescape:C-0262", "kubescape:C-0265", "kyverno:restrict-binding-system-groups", "kubesec:BindingsToSystemAnonymous", "datree:CIS_INVALID_VALUE_SYSTEM_MASTERS"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    check: Check::Kind(&["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"], check),
}

/// Roles that are meant for everybody.
const PUBLIC: &[&str] =
    &["system:public-info-viewer", "system:discovery", "system:basic-user", "system:service-account-issuer-discovery"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let role = object.root.at(&["roleRef", "name"]).and_then(Node::as_str).unwrap_or("");
    let harmless = only_reads(object, role, context);
    for subject in object.root.get("subjects").into_iter().flat_map(Node::items).filter(|_| !PUBLIC.contains(&role)) {
        let Some(node) = subject.get("name") else { continue };
        let (who, everybody) = match node.as_str() {
            Some(name @ ("system:anonymous" | "system:unauthenticated" | "system:masters")) => (name, true),
            Some(name @ ("system:authenticated" | "system:serviceaccounts")) if !harmless => (name, false),
            _ => continue,
        };
        let finding = context
            .report(node, format!("{} binds `{who}`", object.title()))
            .help("bind named users, groups or service accounts");
        if !everybody {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Whether the repository defines the role, and it only reads named objects that are no Secrets.
fn only_reads(binding: Object<'_>, role: &str, context: &Context<'_, '_>) -> bool {
    let kind = binding.root.at(&["roleRef", "kind"]).and_then(Node::as_str).unwrap_or("");
    let strings = |rule: Node<'_>, field: &str, all: &dyn Fn(&str) -> bool| {
        rule.get(field).is_some_and(|list| !list.is_empty() && list.items().all(|item| item.as_str().is_some_and(all)))
    };
    let reads = |rule: Node<'_>| {
        strings(rule, "verbs", &|verb| matches!(verb, "get" | "list" | "watch"))
            && strings(rule, "resourceNames", &|_| true)
            && strings(rule, "resources", &|resource| !matches!(resource, "secrets" | "*"))
    };
    context.binds_only(kind, role, |role| role.root.get("rules").is_some_and(|rules| rules.items().all(reads)))
}
