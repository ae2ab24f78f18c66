use crate::rule::prelude::*;

rule! {
    /// An Application that its project does not allow.
    ///
    /// A repository or the destination is not among those of the AppProject: Argo CD refuses to synchronise it. Addresses are
    /// compared as Argo CD does it: without regard to case and `.git`, but `git@host:a/b` and `https://host/a/b` are two; `*`
    /// stands for one part of an address, `**` for several, `!` in front denies. Repositories whose Secrets name the project are allowed.
    /// Checked where the project is in the
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
    if projects.is_empty() {
        if let Some(nearest) = closest(name, all().filter_map(Item::name)) {
            let message = format!("AppProject `{name}` is not defined in this repository");
            context.report(node, message).help(format!("is `{nearest}` meant?")).at_most(Severity::Warning);
        }
        return;
    }
    // One that somebody is seen to apply counts before leftovers of the same name; of several, none may allow it.
    let applied: Vec<_> = projects.iter().filter(|project| is_near(project, &context.item(), context.set)).collect();
    let counting = if applied.is_empty() { projects.iter().collect() } else { applied.clone() };
    let rules: Vec<_> = counting.iter().filter_map(|project| project.object.spec()).collect();
    let most = if applied.is_empty() { Severity::Info } else { Severity::Error };
    for source in application.sources() {
        let Some(node) = source.literal("repoURL") else { continue };
        let url = node.as_str().unwrap_or("");
        let scoped = || scoped_repositories(context.set, name).any(|known| permits_source([known], url));
        if rules.iter().all(|rules| !allows_repository(*rules, url)) && !scoped() {
            context
                .report(node, format!("AppProject `{name}` does not allow this repository"))
                .help("add it to `sourceRepos`")
                .at_most(most);
        }
    }
    let Some(destination) = application.spec.get("destination").filter(|node| is_plain(*node)) else { return };
    if rules.iter().all(|rules| !allows_destination(*rules, destination, context)) {
        let place = destination.get("namespace").map_or(Place::Key(destination), Place::Value);
        context
            .report(place, format!("AppProject `{name}` does not allow this destination"))
            .help("add it to `destinations`")
            .at_most(most);
    }
}

/// The addresses of the repositories whose Secrets name a project: Argo CD adds them to what it allows.
fn scoped_repositories<'t>(set: &ApplySet<'t>, project: &str) -> impl Iterator<Item = &'t str> {
    set.known_of_kind("", "Secret").filter_map(move |item| {
        let label = item.object.labels().get("argocd.argoproj.io/secret-type");
        let data = item.object.root.get("stringData")?;
        let own = matches!(label, Some("repository" | "repo-creds")) && data.str_at("project") == Some(project);
        data.str_at("url").filter(|_| own)
    })
}

/// Whether a project is likely to be in the cluster together with an Application: something of the repository brings it, or both
/// lie below the folder that holds the project's.
fn is_near<'t>(project: &Item<'t>, application: &Item<'t>, set: &ApplySet<'t>) -> bool {
    let is_brought = |item: &Item<'t>| item.written_in() != item.source || !item.surroundings.taken_in_by.is_empty();
    let folder = |item: &Item<'t>| set.layout().directory(item.written_in()).unwrap_or("");
    let above = folder(project).rsplit_once('/').map_or("", |(above, _)| above);
    let rest = folder(application).strip_prefix(above);
    is_brought(project) || rest.is_some_and(|rest| above.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

fn is_plain(node: Node<'_>) -> bool {
    node.entries().all(|entry| entry.value.as_str().is_some_and(is_literal))
}

fn allows_repository(rules: Node<'_>, url: &str) -> bool {
    permits_source(rules.get("sourceRepos").into_iter().flat_map(Node::items).filter_map(Node::as_str), url)
}

fn allows_destination(rules: Node<'_>, destination: Node<'_>, context: &SetContext<'_, '_>) -> bool {
    let Some(list) = rules.get("destinations") else { return false };
    let sorted = context.set.remember_destinations(rules, || Destinations::new(list.items().map(allowed)));
    let (server, name) = (destination.str_at("server"), destination.str_at("name"));
    let destination = Destination::new(server, name, destination.str_at("namespace").unwrap_or(""));
    sorted.permit(|number| list.item(number).map(allowed), &destination)
}

fn allowed(entry: Node<'_>) -> Allowed<'_> {
    let pattern = |field: &str| entry.str_at(field).unwrap_or("");
    Allowed { server: pattern("server"), name: pattern("name"), namespace: pattern("namespace") }
}
