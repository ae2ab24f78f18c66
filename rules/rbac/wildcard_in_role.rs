use crate::rule::prelude::*;

rule! {
    /// A role that grants everything of a kind.
    ///
    /// A `*` among verbs, resources or API groups also grants what later versions and extensions add. Aggregated and
    /// built-in `system:` roles are not reported.
    ///
    /// **How to fix**: list only the verbs and resources that are needed.
    id: "wildcard-in-role",
    severity: Warning,
    peers: &["kube-linter:wildcard-in-rules", "checkov:CKV_K8S_49", "trivy:KSV-0044", "trivy:KSV-0045", "trivy:KSV-0046", "trivy:KSV-0112", "kubescape:C-0187", "kics:rbac_wildcard_in_rule", "kyverno:restrict-wildcard-resources", "kyverno:restrict-wildcard-verbs", "datree:CIS_INVALID_WILDCARD_ROLE", "semgrep:cluster-role-with-all-access", "semgrep:legacy-api-clusterrole-excessive-permissions", "polaris:rolebindingClusterAdminRole"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for rule in permissions::rules(object) {
        let star =
            |field: &str| rule.get(field).into_iter().flat_map(Node::items).find(|item| item.as_str() == Some("*"));
        let found = match (star("verbs"), star("resources")) {
            (Some(node), Some(_)) => Some((node, "verb on every resource")),
            (verbs, resources) => verbs.map(|node| (node, "verb")).or(resources.map(|node| (node, "resource"))),
        };
        // A wildcard for groups alone still names its resources. Resources of the metrics' groups are the metrics' names.
        let own_group = rule.get("apiGroups").into_iter().flat_map(Node::items).all(|group| {
            let own = |g: &str| g.contains('.') && !g.ends_with(".k8s.io");
            group.as_str().is_some_and(|g| own(g) || g.ends_with("metrics.k8s.io"))
        });
        if let Some((node, what)) = found {
            let message = format!("{} grants every {what}", object.title());
            let finding = context.report(node, message).help("list only the verbs and resources that are needed");
            if own_group {
                finding.at_most(Severity::Info);
            }
        }
    }
}
