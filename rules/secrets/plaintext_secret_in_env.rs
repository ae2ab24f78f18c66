use super::{advise, is_default, names};
use crate::rule::prelude::*;

rule! {
    /// A secret written into a container's environment.
    ///
    /// A password, token or key given literally under `env` can be read by everyone who may read the repository or the
    /// workload, stays in the history forever, and cannot be rotated without a release. Found by the variable's name
    /// (`DB_PASSWORD`, `apiKey`) and a value that can be one, by the form of the value (an AWS key, a private key), and in URLs
    /// and connection strings that carry a password. Counts, durations, names of other objects and of algorithms are none.
    ///
    /// **How to fix**: keep the value in a Secret that is not in the repository in clear text, refer to it with
    /// `valueFrom.secretKeyRef`, and rotate what was committed.
    id: "plaintext-secret-in-env",
    severity: Error,
    peers: &["kube-linter:env-var-secret", "polaris:sensitiveContainerEnvVar", "kubescape:C-0012", "kubescape:C-0259"],
    references: &["https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/",
                  "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    let mut known = Memo::new();
    for variable in container.env() {
        let (Some(name), Some(node)) = (variable.str_at("name"), variable.get("value")) else { continue };
        let Some(value) = node.as_str() else { continue };
        if let Some(what) = known.of(value, (), || secret(name, value)) {
            let message = format!("variable `{name}` of container `{}` holds {what} in clear text", container.name());
            let help = "move it to a Secret, refer to it with `valueFrom.secretKeyRef`";
            let default = is_default(node, value, &names(container.pod.workload.object, literals(container)));
            advise(context.report(node, message), default, help);
        }
    }
}

/// The variables with their values.
fn literals<'t>(container: Container<'t>) -> impl Iterator<Item = (&'t str, &'t str)> {
    container.env().filter_map(|variable| Some((variable.str_at("name")?, variable.str_at("value")?)))
}

/// What is put where a program wants some password and nobody asks for it: a proxy beside it knows the real one.
const UNUSED: [&str; 5] = ["dummy", "fake", "ignored", "not-used", "unused"];

fn secret(name: &str, value: &str) -> Option<&'static str> {
    // What is left to be replaced is applied as it stands: everyone can guess it.
    let guessed = || {
        let written = secrecy::looks(value) == secrecy::Looks::Placeholder
            && !secrecy::is_bracketed(value)
            && !UNUSED.contains(&value.to_ascii_lowercase().as_str());
        (written && value.len() < 512 && !value.contains("://") && secrecy::names_secret(name)).then_some("a secret")
    };
    let in_file = || value.contains('\n').then(|| secrecy::in_text(secrecy::Sort::Settings, value)).flatten();
    secrecy::held(name, value).or_else(guessed).or_else(in_file)
}
