use crate::rule::prelude::*;

rule! {
    /// A secret written into a container's command line.
    ///
    /// It can be read in the manifest, in the history of the repository and by every process of the node that may list
    /// processes. Found by options such as `--password=…` and `--token …`, by the form of a value (an AWS key), and in URLs
    /// that carry a password.
    ///
    /// **How to fix**: keep the value in a Secret, put it into a variable with `secretKeyRef` and write `$(VARIABLE)`, or let
    /// the program read a mounted file; rotate what was committed.
    id: "plaintext-secret-in-args",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    let mut known = Memo::new();
    for list in ["command", "args"].into_iter().filter_map(|field| container.node.get(field)) {
        let mut option = None;
        for node in list.items() {
            let text = node.as_str().unwrap_or("");
            let before = option.take();
            if let Some(what) = known.of(text, before, || secret(text, before)) {
                let message = format!("an argument of container `{}` holds {what} in clear text", container.name());
                context.report(node, message).help("refer to a variable that comes from a Secret: `$(VARIABLE)`");
            }
            option = text.strip_prefix("--").filter(|name| !name.contains('=') && secrecy::names_secret(name));
        }
    }
}

/// What an argument holds; `option` is the option before it that waits for a secret.
fn secret(text: &str, option: Option<&str>) -> Option<&'static str> {
    let one_line = !text.contains('\n');
    if let Some(token) = secrecy::token(text) {
        return Some(token);
    }
    if one_line && secrecy::url_password(text).is_some() {
        return Some("a URL with a password");
    }
    let literal =
        |value: &str| secrecy::looks(value) == secrecy::Looks::Value && !value.contains(' ') && !value.starts_with('-');
    let inline = text.strip_prefix("--").and_then(|text| text.split_once('='));
    let given = match (option, inline) {
        (Some(_), _) => literal(text),
        (None, Some((name, value))) => secrecy::names_secret(name) && literal(value),
        _ => false,
    };
    // A value may be a name (`--token=shop-token`) as well as a secret: only what has digits or is long is taken for one.
    let value = inline.map_or(text, |(_, value)| value);
    let rich = value.len() >= 6 && (value.bytes().any(|b| b.is_ascii_digit()) || value.len() >= 20);
    let password = option.or(inline.map(|(name, _)| name)).is_some_and(|name| name.contains("pass"));
    (given && one_line && (rich || password) && !value.contains("://")).then_some("a secret")
}
