use crate::rule::prelude::*;

rule! {
    /// A Secret handed over in environment variables.
    ///
    /// The environment is inherited by every child process, ends up in crash reports and debug pages, and does not change when
    /// the Secret is rotated. A mounted file does neither.
    ///
    /// **How to fix**: mount the Secret as a volume, and let the program read the file.
    id: "secret-in-environment",
    severity: Warning,
    peers: &["kube-linter:read-secret-from-env-var", "checkov:CKV_K8S_35", "kubescape:C-0207",
             "kics:secrets_as_environment_variables", "kyverno:disallow-secrets-from-env-vars",
             "kubesec:SecretsAsEnvironmentVariables", "datree:CIS_INVALID_KEY_SECRETKEYREF_SECRETREF"],
    references: &["https://kubernetes.io/docs/concepts/security/secrets-good-practices/"],
    profiles: &["cis"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let single = container.env().filter_map(|env| env.at(&["valueFrom", "secretKeyRef"]));
    let whole = container.env_from().filter_map(|from| from.get("secretRef"));
    for node in single.chain(whole) {
        let name = node.str_at("name").unwrap_or("");
        let message = format!("container `{}` gets Secret `{name}` as environment variables", container.name());
        context.report(Place::Key(node), message).help("mount the Secret as a volume");
    }
}
