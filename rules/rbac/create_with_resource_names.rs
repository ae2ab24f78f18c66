use crate::rule::prelude::*;

rule! {
    /// A `create` permission limited to given names.
    ///
    /// When an object is created, or a whole collection deleted, the request does not name it as the authorizer sees it: a
    /// rule with `resourceNames` allows neither, and the account is refused. Requests to subresources (`pods/exec`) do name
    /// their object.
    ///
    /// **How to fix**: move `create` and `deletecollection` into a rule without `resourceNames`.
    id: "create-with-resource-names",
    severity: Warning,
    references: &["https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let rules = || object.root.get("rules").into_iter().flat_map(Node::items);
    for rule in rules() {
        let named = is_named(rule);
        let whole = |resource: &str| !resource.contains('/');
        let resources = rule.get("resources").into_iter().flat_map(Node::items).filter_map(Node::as_str);
        let wholes: Vec<&str> = resources.filter(|resource| whole(resource)).collect();
        if !named || wholes.is_empty() {
            continue;
        }
        let verbs = rule.get("verbs").into_iter().flat_map(Node::items);
        for verb in verbs.filter(|verb| matches!(verb.as_str(), Some("create" | "deletecollection"))) {
            // Another rule allows it: nothing is refused.
            let allows = |other: Node<'_>| !is_named(other) && covers(other, rule, verb.as_str().unwrap_or_default());
            if rules().any(allows) {
                continue;
            }
            let message = format!(
                "`{}` on {} is never allowed by a rule with `resourceNames`: the request names no object",
                verb.as_str().unwrap_or_default(),
                wholes.join(", ")
            );
            context.report(verb, message).help("move the verb into a rule without `resourceNames`");
        }
    }
}

fn is_named(rule: Node<'_>) -> bool {
    rule.get("resourceNames").is_some_and(|names| !names.is_empty())
}

/// Whether a rule allows a verb on all that another one is about, but for subresources.
fn covers(rule: Node<'_>, other: Node<'_>, verb: &str) -> bool {
    let texts = |node: Node<'_>, field| -> Vec<String> {
        let items = node.get(field).into_iter().flat_map(Node::items);
        items.filter_map(Node::as_str).map(str::to_owned).collect()
    };
    let holds = |list: &[String], wanted: &str| list.iter().any(|item| item == "*" || item == wanted);
    let (groups, resources) = (texts(rule, "apiGroups"), texts(rule, "resources"));
    let wanted = texts(other, "resources");
    holds(&texts(rule, "verbs"), verb)
        && texts(other, "apiGroups").iter().all(|group| holds(&groups, group))
        && wanted.iter().filter(|resource| !resource.contains('/')).all(|resource| holds(&resources, resource))
}
