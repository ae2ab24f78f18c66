use crate::rule::prelude::*;

rule! {
    /// A directory to deploy that is not in the repository.
    ///
    /// An Application of Argo CD, a git generator of an ApplicationSet, or a Kustomization or HelmRelease of Flux names a path
    /// that is nowhere in the repository: the first fails with `app path does not exist`, the second yields nothing and so
    /// deletes what it had made, the last two stay not ready. Checked where the source is the repository at hand, by the
    /// addresses of its git remotes, at its default branch (`HEAD`; `main` or `master` where git knows no other) or the branch that is checked out; what
    /// git lists counts, so a new file that is ignored is not there. A path of an Application may not begin with `/`.
    ///
    /// A directory that is deployed with `kustomize` options has to hold a kustomization, one with `helm` options a chart.
    ///
    /// **How to fix**: correct the path, or add the directory.
    id: "missing-source-path",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/directory/",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Git/",
        "https://fluxcd.io/flux/components/kustomize/kustomizations/#path",
    ],
    check: Check::KindInSet(
        &[
            "argoproj.io/Application",
            "argoproj.io/ApplicationSet",
            "kustomize.toolkit.fluxcd.io/Kustomization",
            "helm.toolkit.fluxcd.io/HelmRelease",
        ],
        check,
    ),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    if context.item().surroundings.altered {
        return; // the path may be another one then
    }
    for source in Application::of(object).into_iter().flat_map(Application::sources).filter(|source| !source.is_chart())
    {
        of_application(source, context);
    }
    if object.gvk.kind == "ApplicationSet" {
        for git in generators(object).into_iter().filter_map(|generator| generator.get("git")) {
            of_generator(git, context);
        }
    }
    let (path, reference) = match object.gvk.kind {
        "Kustomization" => (object.root.at(&["spec", "path"]), object.root.at(&["spec", "sourceRef"])),
        "HelmRelease" => {
            let chart = object.root.at(&["spec", "chart", "spec"]);
            (chart.and_then(|chart| chart.get("chart")), chart.and_then(|chart| chart.get("sourceRef")))
        }
        _ => return,
    };
    if let Some((node, _)) = path.zip(reference).filter(|(_, reference)| is_here(*reference, context)) {
        missing_directory(node, context);
    }
}

fn of_application<'t>(source: AppSource<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = source.literal("path") else { return };
    let path = node.as_str().unwrap_or("");
    if path.starts_with('/') {
        context
            .report(
                node,
                "the path begins with `/`, which Argo CD refuses: paths are relative to the root of the repository",
            )
            .help("remove the leading `/`")
            .fix(Patch::new().set(node, path.trim_start_matches('/')));
        return;
    }
    let Some(checkout) = here(context, source.url(), source.revision()) else { return };
    if missing_directory(node, context) || checkout.presence(path) != Presence::Directory {
        return;
    }
    let holds = |name: &str| checkout.presence(&format!("{path}/{name}")) != Presence::Nothing;
    let used = |field: &str| source.node.get(field).filter(|options| !options.is_empty());
    if let Some(options) = used("kustomize")
        .filter(|_| !["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|name| holds(name)))
    {
        context
            .report(Place::Key(options), format!("`{path}` contains no kustomization"))
            .help("correct the path, or remove the `kustomize` options");
    }
    if let Some(options) = used("helm").filter(|_| !holds("Chart.yaml")) {
        context
            .report(Place::Key(options), format!("`{path}` contains no Helm chart"))
            .help("correct the path, or remove the `helm` options");
    }
    let include = source
        .node
        .at(&["directory", "include"])
        .filter(|node| node.as_str().is_some_and(|text| is_literal(text) && !glob::is_pattern(text)));
    if let Some(node) = include.filter(|node| !holds(node.as_str().unwrap_or(""))) {
        context
            .report(node, format!("there is no such file in `{path}`: nothing is deployed"))
            .help("correct the name");
    }
}

/// The repository, where a source is this one.
fn here<'a>(context: &SetContext<'a, '_>, url: Option<&str>, revision: Option<&str>) -> Option<&'a Checkout> {
    let known = revision.is_none_or(is_literal);
    context.set.checkout().filter(|checkout| known && url.is_some_and(|url| checkout.is_source(url, revision)))
}

/// Reports a path of the repository at which nothing lies.
fn missing_directory(node: Node<'_>, context: &mut SetContext<'_, '_>) -> bool {
    let Some(path) = node.as_str().filter(|path| is_literal(path)) else { return false };
    let missing = context.set.checkout().is_some_and(|checkout| checkout.presence(path) == Presence::Nothing);
    if missing {
        context
            .report(node, format!("`{path}` is not in this repository"))
            .help("correct the path, or add the directory");
    }
    missing
}

/// All generators of an ApplicationSet, those within others (three levels at most) included.
fn generators(object: Object<'_>) -> Vec<Node<'_>> {
    let mut open: Vec<_> =
        object.root.at(&["spec", "generators"]).into_iter().flat_map(Node::items).map(|node| (node, 0)).collect();
    let mut all = Vec::new();
    while let Some((node, depth)) = open.pop().filter(|_| all.len() < 1000) {
        all.push(node);
        let inner = ["matrix", "merge"].iter().filter_map(|kind| node.at(&[kind, "generators"])).flat_map(Node::items);
        open.extend(inner.filter(|_| depth < 3).map(|node| (node, depth + 1)));
    }
    all
}

fn of_generator<'t>(git: Node<'t>, context: &mut SetContext<'_, 't>) {
    let url = git.str_at("repoURL").filter(|url| is_literal(url));
    let Some(checkout) = here(context, url, git.str_at("revision").filter(|revision| !revision.is_empty())) else {
        return;
    };
    for (field, what) in [("directories", "directory"), ("files", "file")] {
        for item in git.get(field).into_iter().flat_map(Node::items) {
            let excluded = item.get("exclude").and_then(Node::as_bool) == Some(true);
            let Some(node) = item.get("path").filter(|_| !excluded) else { continue };
            let Some(pattern) = node.as_str().filter(|text| is_literal(text)) else { continue };
            let found =
                if field == "files" { checkout.has_file_like(pattern) } else { checkout.has_directory_like(pattern) };
            if found == Some(false) {
                let message = format!("no {what} in this repository matches: the generator produces nothing");
                context.report(node, message).help("correct the path").at_most(Severity::Warning);
            }
        }
    }
}

/// Whether a reference of Flux leads to a GitRepository that is this one, taken as a whole.
fn is_here(reference: Node<'_>, context: &SetContext<'_, '_>) -> bool {
    let Some(name) = reference.str_at("name").filter(|_| reference.str_at("kind") == Some("GitRepository")) else {
        return false;
    };
    let namespace = reference.str_at("namespace").or_else(|| context.item().namespace());
    let found: Vec<_> =
        context.set.named("GitRepository", name, namespace).filter_map(|item| item.object.spec()).collect();
    let [spec] = found.as_slice() else { return false };
    let partial = ["include", "ignore", "sparseCheckout"].iter().any(|field| spec.get(field).is_some());
    let revision = spec.get("ref");
    let fixed =
        revision.is_some_and(|r| ["tag", "semver", "commit", "name"].iter().any(|field| r.get(field).is_some()));
    let branch = revision.and_then(|revision| revision.str_at("branch"));
    !partial && !fixed && here(context, spec.str_at("url"), branch).is_some()
}
