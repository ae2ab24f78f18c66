use rustc_hash::FxHashSet;

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
    let mut granted = None;
    for rule in permissions::rules(object) {
        let groups: Vec<&str> = permissions::texts(rule, "apiGroups").collect();
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
            let granted = granted.get_or_insert_with(|| granted_in_place(object));
            let told = if granted.contains(base) { told.at_most(Severity::Info) } else { told };
            told.help(hint).fix(patch);
        }
    }
}

/// The resources that a rule of a Role is about in the group that has them.
fn granted_in_place(role: Object<'_>) -> FxHashSet<&str> {
    let mut found = FxHashSet::default();
    for rule in permissions::rules(role) {
        let is_in_place = |name: &&str| {
            let group = apis::group_of(name);
            group.is_some_and(|group| permissions::texts(rule, "apiGroups").any(|own| own == group))
        };
        found.extend(permissions::texts(rule, "resources").filter(is_in_place));
    }
    found
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
