use crate::rule::prelude::*;

rule! {
    /// A permission on a resource that its API group does not have.
    ///
    /// A misspelt resource, a singular, a kind (`Deployment`) or the wrong group (`deployments` in the core group) is
    /// accepted and grants nothing. Only groups of Kubernetes itself are checked, with the resources of all supported
    /// versions.
    ///
    /// **How to fix**: use the plural that `kubectl api-resources` shows, with its group.
    id: "unknown-rbac-resource",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for rule in permissions::rules(object) {
        let groups: Vec<&str> =
            rule.get("apiGroups").into_iter().flat_map(Node::items).filter_map(Node::as_str).collect();
        if groups.is_empty() || !groups.iter().all(|group| apis::is_known_group(group)) {
            continue;
        }
        for node in rule.get("resources").into_iter().flat_map(Node::items) {
            let Some(resource) = node.as_str() else { continue };
            let base = resource.split('/').next().unwrap_or(resource);
            if base.contains('*') || groups.iter().any(|group| apis::is_known_resource(group, base)) {
                continue;
            }
            let hint = match apis::group_of(base) {
                Some("") => "it is in the core group (`\"\"`)".to_owned(),
                Some(group) => format!("it is in the group `{group}`"),
                None => "use the plural that `kubectl api-resources` shows".to_owned(),
            };
            let shown =
                groups.iter().map(|group| if group.is_empty() { "core" } else { group }).collect::<Vec<_>>().join(", ");
            let meant = (groups.len() == 1).then(|| plural(groups[0], base)).flatten();
            let rest = &resource[base.len()..];
            let patch = meant.map_or_else(Patch::none, |plural| Patch::new().set(node, format!("{plural}{rest}")));
            let told = context.report(node, format!("there is no resource `{base}` in the API group {shown}"));
            // The Role grants it in its group as well: nothing is refused.
            let granted = apis::group_of(base).is_some_and(|group| grants(object, group, base));
            let told = if granted { told.at_most(Severity::Info) } else { told };
            told.help(hint).fix(patch);
        }
    }
}

/// Whether a rule of a Role is about a resource in its group.
fn grants(role: Object<'_>, group: &str, resource: &str) -> bool {
    let holds = |rule: Node<'_>, field: &str, wanted: &str| {
        rule.get(field).into_iter().flat_map(Node::items).filter_map(Node::as_str).any(|item| item == wanted)
    };
    permissions::rules(role).any(|rule| holds(rule, "apiGroups", group) && holds(rule, "resources", resource))
}

/// The resource of the group of which the name is the singular or the kind.
fn plural(group: &str, name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let ends = |suffix: &str| lower.strip_suffix(suffix);
    let plurals = [
        Some(lower.clone()),
        Some(format!("{lower}s")),
        Some(format!("{lower}es")),
        ends("y").map(|stem| format!("{stem}ies")),
    ];
    plurals.into_iter().flatten().find(|plural| apis::is_known_resource(group, plural))
}
