use crate::rule::prelude::*;

rule! {
    /// An AppProject that allows everything.
    ///
    /// A project with `*` for repositories, destinations or cluster resources restricts nothing: whoever may add an
    /// Application to it may do everything that Argo CD may.
    ///
    /// **How to fix**: list the repositories, the namespaces and the kinds that are needed.
    id: "permissive-app-project",
    severity: Warning,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/projects/"],
    profiles: &["strict", "seeds"],
    check: Check::Kind(&["argoproj.io/AppProject"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec().filter(|_| object.name() != Some("default")) else { return };
    let star = |field: &str, inner: &[&str]| {
        spec.get(field).into_iter().flat_map(Node::items).find(|item| match inner {
            [] => item.as_str() == Some("*"),
            fields => fields.iter().all(|field| item.str_at(field).is_none_or(|text| text == "*")),
        })
    };
    let found = star("sourceRepos", &[]).or_else(|| star("destinations", &["namespace", "server"]));
    if let Some(node) = found.or_else(|| star("clusterResourceWhitelist", &["group", "kind"])) {
        context.report(node, format!("{} allows everything in this field", object.title())).help("list what is needed");
    }
}
