use super::{advise, is_default, is_known, names};
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
            if let (Some(name), Some(node)) = (parameter.str_at("name"), parameter.get("value"))
                && !name.split('.').any(is_reference)
            {
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
        let refers = node.entries().any(|entry| is_reference(entry.name) && entry.value.as_str().is_some_and(is_given));
        for child in node.entries().filter(|child| !is_reference(child.name)) {
            match child.value.as_str() {
                // Beside the name of a Secret stands the name of its key.
                Some(text) if refers && (repeats(child.name, text) || names_key(child.name, text)) => {}
                Some(_) => entry(child.name, child.value, object, context),
                None => open.push(child.value),
            }
        }
    }
}

/// Whether an entry of that name says which Secret holds something, and under which key: nothing in it is a value.
fn is_reference(name: &str) -> bool {
    let words = secrecy::words(name);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.windows(2).any(|pair| matches!(pair, ["EXISTING", "SECRET" | "SECRETS"]))
        || matches!(words[..], ["VALUE", "FROM"] | [.., "SECRET", "NAME" | "KEYS"])
        || matches!(words[..], [.., "KEY" | "SECRET" | "SELECTOR", "REF"])
}

fn is_given(text: &str) -> bool {
    !text.trim().is_empty()
}

/// Whether a value is the last word of its name: `password: password`.
fn repeats(name: &str, value: &str) -> bool {
    secrecy::words(name).last().is_some_and(|last| last.eq_ignore_ascii_case(value))
}

/// Whether an entry beside the name of a Secret names a key of it: `secretKey: registrationSharedSecret`.
fn names_key(name: &str, value: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'-' | b'_' | b'.');
    secrecy::words(name).last().is_some_and(|last| last == "KEY") && value.bytes().all(is_name)
}

/// Looks through values that are written as a text, line by line.
fn text(node: Node<'_>, object: Object<'_>, context: &mut Context<'_, '_>) {
    // Where the map that names a Secret is indented to: what is further in belongs to it.
    let mut reference = None;
    // The same of the name of a Secret: what stands beside it may name its keys.
    let mut named = None;
    let lines = node.as_str().into_iter().flat_map(str::lines);
    for line in lines.filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        if reference.is_some_and(|outer| indent > outer) {
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let name = name.trim().trim_start_matches("- ").trim_matches(['"', '\'']);
        reference = is_reference(name).then_some(indent);
        let value = value.strip_prefix(' ').unwrap_or_default().trim().trim_matches(['"', '\'']);
        named = if reference.is_some() && is_given(value) { reference } else { named.filter(|outer| indent >= *outer) };
        if named == Some(indent) && names_key(name, value) {
            continue;
        }
        if reference.is_none() && is_held(name, value) {
            let default = secrecy::token(value).is_none() && is_known(value, &names(object, std::iter::empty()));
            return report(node.into(), name, default, object, context);
        }
    }
}

fn entry(name: &str, node: Node<'_>, object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(text) = node.as_str() else { return };
    if !text.contains('\n') && is_held(name, text) {
        let beside = node.parent().into_iter().flat_map(Node::entries);
        let names = names(object, beside.filter_map(|entry| Some((entry.name, entry.value.as_str()?))));
        report(node.into(), name, is_default(node, text, &names), object, context);
    }
}

/// Whether an entry holds a secret; one that is called `secret` and no more names one.
fn is_held(name: &str, value: &str) -> bool {
    let held = secrecy::held(name, value).is_some();
    held && (!name.eq_ignore_ascii_case("secret") || secrecy::token(value).is_some())
}

fn report(place: Place<'_>, name: &str, default: bool, object: Object<'_>, context: &mut Context<'_, '_>) {
    let message = format!("the value `{name}` in {} is a secret in clear text", object.title());
    advise(context.report(place, message), default, "keep it in a Secret, name that in its place");
}
