use crate::rule::prelude::*;

rule! {
    /// A Secret value (or a secret variable) that was left to be replaced.
    ///
    /// `changeme` or `your-key-here` is applied as it stands, and the workload runs with a password that everyone can guess. What is
    /// not base64 in `data`, as `<base64_encoded>`, the server refuses (`invalid-base64`).
    ///
    /// **How to fix**: leave the key out of the repository and take the value from a vault, a SealedSecret or the
    /// pipeline.
    id: "placeholder-secret-value",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/configuration/secret/"],
    check: Check::Object(check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let mut known = Known::new();
    if object.gvk.is("", "Secret") {
        for (field, encoded) in [("data", true), ("stringData", false)] {
            let entries = object.root.get(field).into_iter().flat_map(Node::entries);
            entries.filter(|e| is_placeholder(e.value, encoded, &mut known)).for_each(|entry| {
                let message = format!("key `{}` of {} holds a placeholder", entry.name, object.title());
                report(entry.value, message, context);
            });
        }
    }
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        for container in pod.containers() {
            variables(container, &mut known, context);
        }
    }
}

/// Texts known to be placeholders, or none, as they stand or once decoded.
type Known<'t> = Memo<'t, bool, bool>;

fn variables<'t>(container: Container<'t>, known: &mut Known<'t>, context: &mut Context<'_, 't>) {
    for variable in container.env() {
        let (Some(name), Some(node)) = (variable.str_at("name"), variable.get("value")) else { continue };
        if secrecy::names_secret(name)
            && node.as_str().is_some_and(secrecy::is_bracketed)
            && is_placeholder(node, false, known)
        {
            let message = format!("variable `{name}` of container `{}` holds a placeholder", container.name());
            report(node, message, context);
        }
    }
}

fn report(node: Node<'_>, message: String, context: &mut Context<'_, '_>) {
    context.report(node, message).help("take the value from a vault, a SealedSecret or the pipeline");
}

fn is_placeholder<'t>(node: Node<'t>, encoded: bool, known: &mut Known<'t>) -> bool {
    let Some(text) = node.as_str() else { return false };
    let is = |text: &str| secrecy::looks(text) == secrecy::Looks::Placeholder;
    // What is not base64 the server refuses: that is said already.
    let decoded = || base64::decode(text.trim()).map(String::from_utf8);
    known.of(text, encoded, || match encoded {
        true => decoded().is_some_and(|decoded| is(text) || decoded.is_ok_and(|text| is(&text))),
        false => is(text),
    })
}
