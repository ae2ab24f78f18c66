use crate::rule::prelude::*;

rule! {
    /// A values file that is not in the repository.
    ///
    /// Argo CD renders a chart with the files under `helm.valueFiles`: relative to the path of the source, from the root of the
    /// repository with a leading `/`, or from another source with `$ref/`. One that is missing makes the Application fail,
    /// unless `ignoreMissingValueFiles` is set. Checked where the file's source is the repository at hand, as for
    /// `missing-source-path`; a `$ref/` that no source is called by is wrong everywhere.
    ///
    /// **How to fix**: correct the path, add the file, or set `ignoreMissingValueFiles: true`.
    id: "missing-value-file",
    severity: Error,
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#values-files",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/#helm-value-files-from-external-git-repository",
    ],
    check: Check::KindInSet(&["argoproj.io/Application", "argoproj.io/ApplicationSet"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(application) = Application::of(object).filter(|_| !context.item().surroundings.altered) else { return };
    for source in application.sources() {
        let Some(helm) = source.node.get("helm") else { continue };
        let ignored = helm.get("ignoreMissingValueFiles").and_then(Node::as_bool) == Some(true);
        for node in helm.get("valueFiles").into_iter().flat_map(Node::items) {
            let Some(text) = node.as_str().filter(|text| !text.contains("{{") && !text.contains("://")) else {
                continue;
            };
            match text.strip_prefix('$').and_then(|rest| rest.split_once('/')) {
                Some((name, path)) => of_reference(node, name, path, application, ignored, context),
                None if is_literal(text) && !source.is_chart() && !ignored => beside_chart(node, text, source, context),
                None => {}
            }
        }
    }
}

fn of_reference<'t>(
    node: Node<'t>,
    name: &str,
    path: &str,
    application: Application<'t>,
    ignored: bool,
    context: &mut SetContext<'_, 't>,
) {
    let mut sources = application.sources().filter(|source| source.node.str_at("ref").is_some()).peekable();
    // Variables of the build environment are written the same way.
    let variable = name.starts_with("ARGOCD_") || name.starts_with("KUBE_");
    if sources.peek().is_none() || variable {
        return;
    }
    let Some(source) = sources.find(|source| source.node.str_at("ref") == Some(name)) else {
        context.report(node, format!("no source of this Application has `ref: {name}`")).help("correct the name");
        return;
    };
    if is_literal(path) && !ignored {
        check_one(node, path, source, context);
    }
}

fn beside_chart<'t>(node: Node<'t>, text: &str, source: AppSource<'t>, context: &mut SetContext<'_, 't>) {
    let Some(directory) = source.node.str_at("path").filter(|path| is_literal(path)) else { return };
    // Where the directory itself is missing, that is what is reported.
    let found = |checkout: &Checkout| checkout.presence(directory) == Presence::Directory;
    if context.set.checkout().is_some_and(found) {
        let path = if text.starts_with('/') { text.to_owned() } else { format!("{directory}/{text}") };
        check_one(node, &path, source, context);
    }
}

fn check_one<'t>(node: Node<'t>, path: &str, source: AppSource<'t>, context: &mut SetContext<'_, 't>) {
    let Some(checkout) = context.set.checkout() else { return };
    let here = source.revision().is_none_or(is_literal)
        && source.url().is_some_and(|url| checkout.is_source(url, source.revision()));
    let missing = match glob::is_pattern(path) {
        true => checkout.has_file_like(path) == Some(false),
        false => checkout.presence(path) == Presence::Nothing,
    };
    if here && missing {
        let message = format!("`{}` is not in this repository", checkout.cleaned(path));
        context.report(node, message).help("correct the path, add the file, or set `ignoreMissingValueFiles: true`");
    }
}
