use crate::rule::prelude::*;

rule! {
    /// A secret written into a container's environment.
    ///
    /// A password, token or key given literally under `env` can be read by everyone who may read the repository or the
    /// workload, stays in the history for ever, and cannot be rotated without a release. Found by the variable's name
    /// (`DB_PASSWORD`, `apiKey`), by the form of the value (an AWS key, a private key), and in URLs that carry a password.
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
        if let Some(what) = known.of(value, secrecy::names_secret(name), || secret(name, value)) {
            let message = format!("variable `{name}` of container `{}` holds {what} in clear text", container.name());
            context
                .report(node, message)
                .help("move it to a Secret, refer to it with `valueFrom.secretKeyRef`, and rotate it");
        }
    }
}

fn secret(name: &str, value: &str) -> Option<&'static str> {
    if let Some(token) = secrecy::token(value) {
        return Some(token);
    }
    if secrecy::url_password(value).is_some() {
        return Some("a URL with a password");
    }
    let literal = match secrecy::looks(value) {
        secrecy::Looks::Value => true,
        secrecy::Looks::Placeholder => !secrecy::is_bracketed(value),
        _ => false,
    };
    let is_url = value.contains("://");
    (literal && !is_url && secrecy::names_secret(name)).then_some("a secret")
}
