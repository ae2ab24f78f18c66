use super::{advise, is_default, names};
use crate::rule::prelude::*;

rule! {
    /// A secret written into a container's command line, or a header of its probes and hooks.
    ///
    /// It can be read in the manifest, in the history of the repository and by every process of the node that may list
    /// processes. Found by options such as `--password=…` and `--token …`, by the form of a value (an AWS key), and in URLs
    /// that carry a password. `--secret NAME` says which Secret is meant: there only what looks like no name is one.
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
                let value = text.rsplit('=').next().unwrap_or(text);
                let names = names(container.pod.workload.object, std::iter::empty());
                let default = !text.contains('\n') && is_default(node, value, &names);
                let help = "use a variable that comes from a Secret: `$(VARIABLE)`";
                advise(context.report(node, message), default, help);
            }
            previous = if text.starts_with('-') && text.len() <= LONGEST_OPTION { text } else { "" };
            option = text.strip_prefix('-').filter(|name| !name.contains('=') && secrecy::names_secret(name));
        }
    }
    for header in headers(container) {
        let (Some(name), Some(node)) = (header.str_at("name"), header.get("value")) else { continue };
        if let Some(what) = node.as_str().and_then(|text| secrecy::held(name, text)) {
            let message = format!(
                "the header `{name}` that is sent to container `{}` holds {what} in clear text",
                container.name()
            );
            context
                .report(node, message)
                .help("let the endpoint answer without it, or use `exec` with a variable that comes from a Secret");
        }
    }
}

/// Options of programs are shorter.
const LONGEST_OPTION: usize = 100;

/// The headers that the kubelet sends to a container.
fn headers<'t>(container: Container<'t>) -> impl Iterator<Item = Node<'t>> {
    const ASKED: [&[&str]; 5] = [
        &["livenessProbe", "httpGet"],
        &["readinessProbe", "httpGet"],
        &["startupProbe", "httpGet"],
        &["lifecycle", "postStart", "httpGet"],
        &["lifecycle", "preStop", "httpGet"],
    ];
    let asked = ASKED.iter().filter_map(move |path| container.node.at(path));
    asked.filter_map(|get| get.get("httpHeaders")).flat_map(Node::items)
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
        Some(option) => (!text.starts_with('-')).then(|| secrecy::given(option, text)).flatten(),
        None => secrecy::in_line(text),
    }
}
