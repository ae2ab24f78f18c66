use crate::rule::prelude::*;

rule! {
    /// A role that grants everything of a kind.
    ///
    /// A `*` among verbs, resources or API groups also grants what later versions and extensions add. Aggregated and
    /// built-in `system:` roles are not reported. A role is reported once, its other wildcards are related places. Info where every
    /// resource of named API groups may only be read, other than the core group, which has the Secrets.
    ///
    /// **How to fix**: list only the verbs and resources that are needed.
    id: "wildcard-in-role",
    severity: Warning,
    peers: &["kube-linter:wildcard-in-rules", "checkov:CKV_K8S_49", "trivy:KSV-0044", "trivy:KSV-0045", "trivy:KSV-0046", "trivy:KSV-0112", "kubescape:C-0187", "kics:rbac_wildcard_in_rule", "kyverno:restrict-wildcard-resources", "kyverno:restrict-wildcard-verbs", "datree:CIS_INVALID_WILDCARD_ROLE", "semgrep:cluster-role-with-all-access", "semgrep:legacy-api-clusterrole-excessive-permissions", "polaris:rolebindingClusterAdminRole"],
    references: &["https://kubernetes.io/docs/concepts/security/rbac-good-practices/"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    // A copy of what every cluster has.
    if object.label("kubernetes.io/bootstrapping").is_some() {
        return;
    }
    let mut found: Vec<_> = permissions::rules(object).filter_map(wildcard).collect();
    // The worst first: it is what the finding is about.
    found.sort_by_key(|(_, _, most)| std::cmp::Reverse(*most));
    let Some(&(node, what, most)) = found.first() else { return };
    let more = match found.len() - 1 {
        0 => String::new(),
        1 => " (and in one more rule)".to_owned(),
        more => format!(" (and in {more} more rules)"),
    };
    let message = format!("{} grants every {what}{more}", object.title());
    let mut finding =
        context.report(node, message).help("list only the verbs and resources that are needed").at_most(most);
    for (node, what, _) in &found[1..] {
        finding = finding.related(*node, format!("every {what}"));
    }
}

/// The wildcard of a rule, what it stands for, and how bad that may be.
fn wildcard(rule: Node<'_>) -> Option<(Node<'_>, &'static str, Severity)> {
    let star = |field: &str| rule.get(field).into_iter().flat_map(Node::items).find(|item| item.as_str() == Some("*"));
    let (node, what) = match (star("verbs"), star("resources")) {
        (Some(node), Some(_)) => (node, "verb on every resource"),
        (Some(node), None) => (node, "verb"),
        (None, resources) => (resources?, "resource"),
    };
    // A wildcard for groups alone still names its resources. Resources of the metrics' groups are the metrics' names.
    let own_group = rule.get("apiGroups").into_iter().flat_map(Node::items).all(|group| {
        let own = |g: &str| g.contains('.') && !g.ends_with(".k8s.io");
        group.as_str().is_some_and(|g| own(g) || g.ends_with("metrics.k8s.io"))
    });
    let mild = own_group || (what == "resource" && only_reads(rule));
    Some((node, what, if mild { Severity::Info } else { Severity::Error }))
}

/// Whether a rule only reads, in groups that it names; the core group has the Secrets.
fn only_reads(rule: Node<'_>) -> bool {
    let mut groups = permissions::texts(rule, "apiGroups").peekable();
    groups.peek().is_some()
        && groups.all(|group| !matches!(group, "" | "*"))
        && permissions::texts(rule, "verbs").all(|verb| matches!(verb, "get" | "list" | "watch"))
}
