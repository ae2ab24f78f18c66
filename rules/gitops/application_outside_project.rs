use crate::rule::prelude::*;

rule! {
    /// An Application that its project does not allow.
    ///
    /// Its repository or its destination is not among those of the AppProject: Argo CD refuses to synchronise it.
    /// Judged where the project is in the repository.
    ///
    /// **How to fix**: add the repository or the destination to the project, or correct the Application.
    id: "application-outside-project",
    severity: Error,
    repository: true,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/projects/"],
    check: Check::Kind(&["argoproj.io/Application"], check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let Some(name) = spec.str_at("project").filter(|name| *name != "default") else { return };
    let projects: Vec<_> = context.set.of_kind("argoproj.io", "AppProject").filter(|item| item.name() == Some(name)).collect();
    let [project] = projects.as_slice() else {
        let others = context.set.of_kind("argoproj.io", "AppProject").next().is_some();
        if let Some(node) = spec.get("project").filter(|_| projects.is_empty() && others) {
            context.report(node, format!("no AppProject `{name}` is in the repository")).help("add the project, or correct its name").at_most(Severity::Warning);
        }
        return;
    };
    let Some(rules) = project.object.spec() else { return };
    let list = |field: &str| rules.get(field).into_iter().flat_map(Node::items).collect::<Vec<_>>();
    let sources = spec.get("source").into_iter().chain(spec.get("sources").into_iter().flat_map(Node::items));
    for node in sources.filter_map(|source| source.get("repoURL")) {
        let Some(url) = node.as_str() else { continue };
        let denied = list("sourceRepos").iter().filter_map(|r| r.as_str()).any(|r| r.strip_prefix('!').is_some_and(|r| matches_glob(r, url)));
        let allowed = list("sourceRepos").iter().filter_map(|r| r.as_str()).any(|r| matches_glob(r, url));
        if denied || !allowed {
            context.report(node, format!("AppProject `{name}` does not allow this repository")).help("add it to `sourceRepos`");
        }
    }
    let Some(destination) = spec.get("destination") else { return };
    let Some(node) = destination.get("namespace") else { return };
    let fits = |allowed: &Node<'_>, field: &str| match (allowed.str_at(field), destination.str_at(field)) {
        (Some(pattern), Some(value)) => matches_glob(pattern, value),
        _ => true,
    };
    if !list("destinations").iter().any(|d| fits(d, "namespace") && fits(d, "server") && fits(d, "name")) {
        context.report(node, format!("AppProject `{name}` does not allow this destination")).help("add it to `destinations`");
    }
}

/// Whether a text matches a pattern with `*` for any run of characters.
fn matches_glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or("")) else { return false };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    rest.is_empty() || last.is_some_and(|part| part.is_empty() || text.ends_with(part))
}
