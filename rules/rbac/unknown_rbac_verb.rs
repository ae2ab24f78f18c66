use crate::rule::prelude::*;

rule! {
    /// A permission with a verb that the API does not have.
    ///
    /// `read`, `write`, `edit` or a misspelt verb is accepted and grants nothing. Only groups of Kubernetes itself are
    /// checked.
    ///
    /// **How to fix**: use `get`, `list`, `watch`, `create`, `update`, `patch`, `delete` or `deletecollection`.
    id: "unknown-rbac-verb",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

const VERBS: &[&str] = &[
    "*",
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "escalate",
    "impersonate",
    "approve",
    "sign",
    "attest",
    "proxy",
    "head",
    "post",
    "put",
    "options",
    "connect",
    "request-serviceaccounts-token-audience",
];

/// Those of objects, of which others may be misspellings.
const COMMON: &[&str] = &["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for rule in permissions::rules(object) {
        let mut groups = rule.get("apiGroups").into_iter().flat_map(Node::items).filter_map(Node::as_str);
        if !groups.all(apis::is_known_group) {
            continue;
        }
        for node in rule.get("verbs").into_iter().flat_map(Node::items) {
            // Impersonation since 1.35 has verbs of its own, which hold a colon.
            if let Some(verb) = node.as_str().filter(|verb| !VERBS.contains(verb) && !verb.contains(':')) {
                let better = closest(verb, COMMON.iter().copied());
                context
                    .report(node, format!("there is no verb `{verb}`"))
                    .help("use `get`, `list`, `watch`, `create`, `update`, `patch` or `delete`")
                    .fix(better.map_or_else(Patch::none, |verb| Patch::new().set(node, verb)));
            }
        }
    }
}
