use crate::rule::prelude::*;

rule! {
    /// An Application that its project does not allow.
    ///
    /// A repository or the destination is not among those of the AppProject: Argo CD refuses to synchronise it. Addresses are
    /// compared as Argo CD does it: without regard to case and `.git`, but `git@host:a/b` and `https://host/a/b` are two; `*`
    /// stands for one part of an address, `**` for several, `!` in front denies. Judged where the project is in the
    /// repository; a project that is nowhere is reported where another has nearly the same name.
    ///
    /// **How to fix**: add the repository or the destination to the project, or correct the Application.
    id: "application-outside-project",
    severity: Error,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/projects/"],
    check: Check::KindInSet(&["argoproj.io/Application", "argoproj.io/ApplicationSet"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(application) = Application::of(object).filter(|_| !context.item().surroundings.altered) else { return };
    let Some(node) = application.spec.get("project") else { return };
    let Some(name) = node.as_str().filter(|name| *name != "default" && is_literal(name)) else { return };
    let all = || context.set.known_of_kind("argoproj.io", "AppProject");
    let named = context.set.named("AppProject", name, None);
    let projects: Vec<_> = named.filter(|item| item.object.gvk.group == "argoproj.io").collect();
    let [project] = projects.as_slice() else {
        let nearest = closest(name, all().filter_map(Item::name));
        if let Some(nearest) = nearest.filter(|_| projects.is_empty()) {
            let message = format!("no AppProject `{name}` is in the repository");
            context.report(node, message).help(format!("is `{nearest}` meant?")).at_most(Severity::Warning);
        }
        return;
    };
    let Some(rules) = project.object.spec() else { return };
    for source in application.sources() {
        let Some(node) = source.literal("repoURL") else { continue };
        if !allows_repository(rules, node.as_str().unwrap_or("")) {
            context
                .report(node, format!("AppProject `{name}` does not allow this repository"))
                .help("add it to `sourceRepos`");
        }
    }
    let Some(destination) = application.spec.get("destination").filter(|node| is_plain(*node)) else { return };
    if !allows_destination(rules, destination) {
        let place = destination.get("namespace").map_or(Place::Key(destination), Place::Value);
        context
            .report(place, format!("AppProject `{name}` does not allow this destination"))
            .help("add it to `destinations`");
    }
}

fn is_plain(node: Node<'_>) -> bool {
    node.entries().all(|entry| entry.value.as_str().is_some_and(is_literal))
}

/// `AppProject.IsSourcePermitted`; what cannot be decided is allowed.
fn allows_repository(rules: Node<'_>, url: &str) -> bool {
    let (url, mut allowed) = (address(url), false);
    for pattern in rules.get("sourceRepos").into_iter().flat_map(Node::items).filter_map(Node::as_str) {
        match pattern.strip_prefix('!') {
            Some(denied) => match glob::matches(&address(denied), &url) {
                Some(true) => return false,
                Some(false) => allowed = true,
                None => return true,
            },
            None => allowed |= pattern == "*" || glob::matches(&address(pattern), &url).unwrap_or(true),
        }
    }
    allowed
}

/// An address as Argo CD normalizes it.
fn address(url: &str) -> String {
    let lower = url.trim().to_lowercase();
    let scp = !lower.contains("://") && lower.split_once('/').map_or(&*lower, |(host, _)| host).contains('@');
    let lower = if scp { lower.replacen(':', "/", 1) } else { lower };
    let lower = lower.strip_suffix(".git").unwrap_or(&lower);
    lower.strip_prefix("ssh://").unwrap_or(lower).to_owned()
}

/// `AppProject.isDestinationMatched`. A cluster has a name and an address, of which the Application knows one: a project that
/// goes by the other may allow it.
fn allows_destination(rules: Node<'_>, destination: Node<'_>) -> bool {
    let mut allowed = false;
    for item in rules.get("destinations").into_iter().flat_map(Node::items) {
        let matched = |field: &str| {
            let (pattern, value) = (item.str_at(field), destination.str_at(field));
            match (pattern, value) {
                (Some(pattern), Some(value)) => matches_or_denies(pattern, value),
                (Some(_), None) => None,
                (None, _) => Some(false),
            }
        };
        let namespace =
            matches_or_denies(item.str_at("namespace").unwrap_or(""), destination.str_at("namespace").unwrap_or(""));
        let (server, name) = (matched("server"), matched("name"));
        let (Some(namespace), Some(server), Some(name)) = (namespace, server, name) else { return true };
        let denies = |field: &str| item.str_at(field).is_some_and(|pattern| pattern.starts_with('!'));
        if (server || name) && namespace {
            allowed = true;
        } else if (!name && denies("name"))
            || (!server && denies("server") && namespace)
            || (!namespace && denies("namespace") && server)
        {
            return false;
        }
    }
    allowed
}

/// Whether a pattern matches a value, or with `!` in front does not; nothing where that cannot be decided.
fn matches_or_denies(pattern: &str, value: &str) -> Option<bool> {
    // No separators here: a star stands for anything.
    match pattern.strip_prefix('!') {
        Some(denied) => glob::matches(&denied.replace('*', "**"), value).map(|matched| !matched),
        None => glob::matches(&pattern.replace('*', "**"), value),
    }
}
