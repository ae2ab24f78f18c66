use crate::rule::prelude::*;

rule! {
    /// A `create` permission limited to given names.
    ///
    /// When an object is created, or a whole collection deleted, the request does not name it as the authorizer sees it: a
    /// rule with `resourceNames` allows neither, and the account is refused. Requests to subresources (`pods/exec`) do name
    /// their object. Nothing is said of resources that neither Kubernetes, nor a known add-on, nor a definition in the repository
    /// serves: programs that ask for permissions by a name of their own (tenants of Tempo and Loki) do name it.
    ///
    /// **How to fix**: move `create` and `deletecollection` into a rule without `resourceNames`.
    id: "create-with-resource-names",
    severity: Warning,
    references: &["https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources"],
    check: Check::Kind(&["rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/ClusterRole"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let rules = || object.root.get("rules").into_iter().flat_map(Node::items);
    let mut open = None;
    for rule in rules().filter(|rule| permissions::is_named(*rule)) {
        let wholes: Vec<&str> = permissions::texts(rule, "resources")
            .filter(|name| !name.contains('/') && is_served(rule, name, context))
            .collect();
        if wholes.is_empty() {
            continue;
        }
        let verbs = rule.get("verbs").into_iter().flat_map(Node::items);
        for verb in verbs {
            let Some(name @ ("create" | "deletecollection")) = verb.as_str() else { continue };
            let open = open.get_or_insert_with(|| rules().filter_map(Open::of).collect::<Vec<_>>());
            // Another rule allows it: nothing is refused.
            if open.iter().any(|other| other.covers(rule, &wholes, name)) {
                continue;
            }
            let message = format!(
                "`{name}` on {} is never allowed by a rule with `resourceNames`: the request names no object",
                wholes.join(", ")
            );
            context.report(verb, message).help("move the verb into a rule without `resourceNames`");
        }
    }
}

/// Whether one of a rule's groups has objects of a resource.
fn is_served(rule: Node<'_>, resource: &str, context: &Context<'_, '_>) -> bool {
    permissions::texts(rule, "apiGroups").any(|group| match resource {
        _ if group == "*" => true,
        "*" => apis::is_known_group(group) || apis::has_custom_kinds(group) || context.defines(group, None),
        _ => {
            apis::is_known_resource(group, resource)
                || apis::is_custom_resource(group, resource)
                || context.defines(group, Some(resource))
        }
    })
}

/// A rule that names no objects.
struct Open<'t> {
    groups: Vec<&'t str>,
    resources: Vec<&'t str>,
    verbs: Vec<&'t str>,
}

impl<'t> Open<'t> {
    fn of(rule: Node<'t>) -> Option<Self> {
        let texts = |field| permissions::texts(rule, field).collect();
        let open = || Self { groups: texts("apiGroups"), resources: texts("resources"), verbs: texts("verbs") };
        (!permissions::is_named(rule)).then(open)
    }

    /// Whether it allows a verb on all that a named rule is about, but for subresources.
    fn covers(&self, named: Node<'_>, wholes: &[&str], verb: &str) -> bool {
        let holds = |list: &[&str], wanted: &str| list.iter().any(|item| *item == "*" || *item == wanted);
        holds(&self.verbs, verb)
            && wholes.iter().all(|resource| holds(&self.resources, resource))
            && permissions::texts(named, "apiGroups").all(|group| holds(&self.groups, group))
    }
}
