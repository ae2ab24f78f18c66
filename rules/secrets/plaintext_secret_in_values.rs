use crate::rule::prelude::*;

rule! {
    /// A secret among the values that a chart is installed with, or in the URL of a repository.
    ///
    /// Whoever may read the Application or the HelmRelease reads it, and so does everybody who has the repository. Read are
    /// `helm.parameters`, `helm.values` and `helm.valuesObject` of Argo CD, `values` of a HelmRelease, and the URLs from which both
    /// tools fetch. Found by the names of entries, by the form of a value, and in URLs that carry a password.
    ///
    /// **How to fix**: keep the value in a Secret, and name that in its place (`existingSecret`, `valuesFrom`); register
    /// credentials of a repository with the tool, not in the URL. Rotate what was committed.
    id: "plaintext-secret-in-values",
    severity: Error,
    references: &["https://fluxcd.io/flux/components/helm/helmreleases/#values-references",
                  "https://argo-cd.readthedocs.io/en/stable/operator-manual/secret-management/"],
    check: Check::Kind(
        &["argoproj.io/Application", "argoproj.io/ApplicationSet", "helm.toolkit.fluxcd.io/HelmRelease",
          "source.toolkit.fluxcd.io/GitRepository", "source.toolkit.fluxcd.io/HelmRepository"],
        check,
    ),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(mut spec) = object.spec() else { return };
    if object.gvk.kind == "ApplicationSet" {
        let Some(template) = spec.at(&["template", "spec"]) else { return };
        spec = template;
    }
    let sources = spec.get("source").into_iter().chain(spec.get("sources").into_iter().flat_map(Node::items));
    let sources: Vec<_> = sources.collect();
    for node in sources.iter().filter_map(|source| source.get("repoURL")).chain(spec.get("url")) {
        if node.as_str().is_some_and(|url| secrecy::url_password(url).is_some()) {
            let message = format!("the URL of {} holds a password in clear text", object.title());
            context.report(node, message).help("register the credentials with the tool, and rotate them");
        }
    }
    for helm in sources.iter().filter_map(|source| source.get("helm")) {
        for parameter in helm.get("parameters").into_iter().flat_map(Node::items) {
            if let (Some(name), Some(node)) = (parameter.str_at("name"), parameter.get("value")) {
                entry(name.rsplit('.').next().unwrap_or(name), node, object, context);
            }
        }
        if let Some(node) = helm.get("values") {
            text(node, object, context);
        }
        helm.get("valuesObject").into_iter().for_each(|values| within(values, object, context));
    }
    if object.gvk.kind == "HelmRelease" {
        spec.get("values").into_iter().for_each(|values| within(values, object, context));
    }
}

/// Looks through the entries of values; a list of names and values is one of entries as well.
fn within(values: Node<'_>, object: Object<'_>, context: &mut Context<'_, '_>) {
    let mut open = vec![values];
    while let Some(node) = open.pop() {
        if let (Some(name), Some(value)) = (node.str_at("name"), node.get("value")) {
            entry(name, value, object, context);
        }
        open.extend(node.items());
        for child in node.entries() {
            match child.value.as_str() {
                Some(_) => entry(child.name, child.value, object, context),
                None => open.push(child.value),
            }
        }
    }
}

/// Looks through values that are written as a text, line by line.
fn text(node: Node<'_>, object: Object<'_>, context: &mut Context<'_, '_>) {
    let lines = node.as_str().into_iter().flat_map(str::lines).filter(|line| !line.trim_start().starts_with('#'));
    let mut entries = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| {
        (name.trim().trim_start_matches("- ").trim_matches(['"', '\'']), value.trim().trim_matches(['"', '\'']))
    });
    if let Some((name, _)) = entries.find(|(name, value)| is_held(name, value)) {
        report(node.into(), &format!("`{name}`"), object, context);
    }
}

fn entry(name: &str, node: Node<'_>, object: Object<'_>, context: &mut Context<'_, '_>) {
    if node.as_str().is_some_and(|text| !text.contains('\n') && is_held(name, text)) {
        report(node.into(), &format!("`{name}`"), object, context);
    }
}

/// Whether an entry holds a secret; one that is called `secret` and no more names one.
fn is_held(name: &str, value: &str) -> bool {
    let held = secrecy::held(name, value).is_some();
    held && (!name.eq_ignore_ascii_case("secret") || secrecy::token(value).is_some())
}

fn report(place: Place<'_>, what: &str, object: Object<'_>, context: &mut Context<'_, '_>) {
    let message = format!("the value {what} in {} is a secret in clear text", object.title());
    context.report(place, message).help("keep it in a Secret, name that in its place, and rotate it");
}
