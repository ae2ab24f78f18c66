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
    let lists = || ["command", "args"].into_iter().filter_map(|field| container.node.get(field));
    let program = lists().flat_map(Node::items).next().and_then(Node::as_str).unwrap_or("");
    for list in lists() {
        let mut option = None;
        let mut previous = "";
        for node in list.items() {
            let text = node.as_str().unwrap_or("");
            let before = option.take();
            let held = || secret(text, before).or_else(|| secrecy::in_program(program, previous, text));
            if let Some(what) = known.of(text, (before, previous), held) {
                let message = format!("an argument of container `{}` holds {what} in clear text", container.name());
                context.report(node, message).help("use a variable that comes from a Secret: `$(VARIABLE)`");
            }
            previous = text;
            option = text.strip_prefix('-').filter(|name| !name.contains('=') && secrecy::names_secret(name));
        }
    }
}

/// What an argument holds; `option` is the option before it that waits for a secret.
fn secret(text: &str, option: Option<&str>) -> Option<&'static str> {
    if let Some(token) = secrecy::token(text) {
        return Some(token);
    }
    if text.contains('\n') {
        return secrecy::in_text(secrecy::Sort::Settings, text);
    }
    match option {
        Some(option) => (!text.starts_with('-')).then(|| secrecy::held(option, text)).flatten(),
        None => secrecy::in_line(text),
    }
}
