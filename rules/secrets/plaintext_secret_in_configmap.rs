use super::{advise, is_default, is_known, names};
use crate::rule::prelude::*;

rule! {
    /// A secret kept in a ConfigMap.
    ///
    /// ConfigMaps are shown by every tool, copied into logs and readable for many roles that must not read Secrets. Found
    /// by the key's name (`DB_PASSWORD`), by the form of the value (an AWS key, a private key), in URLs that carry a
    /// password, and in the lines of files (`spring.datasource.password=…`, `"password": "…"`, `requirepass …`).
    /// A warning where everyone knows the value, or the name says that it is a sample.
    ///
    /// **How to fix**: move the value to a Secret that is not in the repository in clear text, and rotate it.
    id: "plaintext-secret-in-configmap",
    severity: Error,
    peers: &["polaris:sensitiveConfigmapContent", "trivy:KSV-0109", "trivy:KSV-01010", "kubescape:C-0012"],
    references: &["https://kubernetes.io/docs/concepts/configuration/configmap/",
                  "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
    check: Check::Kind(&["ConfigMap"], check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let Some(data) = object.root.get("data") else { return };
    let mut known = Memo::new();
    for entry in data.entries() {
        let Some(value) = entry.value.as_str() else { continue };
        let name = entry.name;
        // Of a long value the name says only what sort of text it is.
        let sort = secrecy::Sort::of(name);
        if let Some(what) = known.of(value, sort, || secret(name, sort, value)) {
            let message = format!("key `{}` of {} holds {what} in clear text", entry.name, object.title());
            let entries = data.entries().filter_map(|entry| Some((entry.name, entry.value.as_str()?)));
            let names = names(object, entries);
            let default = match value.trim().contains('\n') {
                false => is_default(entry.value, value, &names),
                // Of a file all that it holds.
                true => {
                    secrecy::token(value).is_none() && secrecy::all_in_text(sort, value, &|part| is_known(part, &names))
                }
            };
            let draft = context.report(Place::key(entry), message);
            let draft =
                if shows(name) || object.name().is_some_and(shows) { draft.at_most(Severity::Warning) } else { draft };
            advise(draft, default, "move it to a Secret");
        }
    }
}

/// Whether a name says that what stands there shows how something looks: `kubeconfig-sample`.
fn shows(name: &str) -> bool {
    const WORDS: [&str; 8] = ["demo", "dummy", "example", "examples", "fake", "sample", "samples", "template"];
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

fn secret(name: &str, sort: secrecy::Sort, value: &str) -> Option<&'static str> {
    if !value.trim().contains('\n') {
        // A file of one line, as its name says, is read as the longer ones are.
        let of_file =
            || if name.contains('.') || name.ends_with("netrc") { secrecy::in_text(sort, value) } else { None };
        return if sort == secrecy::Sort::Template { None } else { secrecy::held(name, value).or_else(of_file) };
    }
    secrecy::token(value).or_else(|| secrecy::in_text(sort, value))
}
