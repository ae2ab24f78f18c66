use crate::rule::prelude::*;

rule! {
    /// A container that may run as root.
    ///
    /// Root in the container is root on the node as soon as there is a way out. Checked for each container with what
    /// the pod says; where a `runAsUser` other than 0 keeps every container from it, info.
    ///
    /// **How to fix**: set `runAsNonRoot: true` on the pod (the image must name a numeric user), or on every
    /// container.
    id: "may-run-as-root",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:run-as-non-root", "polaris:runAsRootAllowed", "checkov:CKV_K8S_23", "trivy:KSV-0012", "kubescape:C-0013", "kics:containers_running_as_root", "kyverno:require-run-as-nonroot", "kubesec:RunAsNonRoot", "popeye:302", "popeye:306", "datree:CONTAINERS_INCORRECT_RUNASNONROOT_VALUE", "semgrep:run-as-non-root", "semgrep:run-as-non-root-container-level", "semgrep:run-as-non-root-container-level-missing-security-context", "semgrep:run-as-non-root-security-context-pod-level", "semgrep:run-as-non-root-unsafe-value", "semgrep:run-as-non-root-unsafe-default"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["pss-restricted", "nsa", "cis", "seeds"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let settled = pod.containers().all(is_other_user);
    for violation in pss::non_root(pod, context.version) {
        let patch = violation.patch();
        let message = match settled {
            true => "nothing runs as root, but the restricted level requires `runAsNonRoot: true`".to_owned(),
            false => violation.message,
        };
        let finding = context.report(violation.place, message).help("set `runAsNonRoot: true` on the pod").fix(patch);
        if settled {
            finding.at_most(Severity::Info);
        }
    }
}

/// Whether the container cannot start as root: by its user, or because it says so.
fn is_other_user(container: Container<'_>) -> bool {
    let of = |field: &str| container.own_security(field).or_else(|| container.pod.security(field));
    of("runAsNonRoot").and_then(Node::as_bool) == Some(true)
        || of("runAsUser").and_then(Node::as_i64).is_some_and(|id| id > 0)
}
