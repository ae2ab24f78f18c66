use crate::rule::prelude::*;

rule! {
    /// A seccomp profile that is turned off.
    ///
    /// Seccomp keeps a container from system calls that it never needs and that exploits live on.
    ///
    /// **How to fix**: use `RuntimeDefault` or a `Localhost` profile.
    id: "unconfined-seccomp-profile",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["trivy:KSV-0104", "kyverno:restrict-seccomp", "kubesec:SeccompUnconfined", "datree:CONTAINERS_INCORRECT_SECCOMP_PROFILE", "semgrep:seccomp-confinement-disabled"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::seccomp_baseline(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("use `RuntimeDefault` or `Localhost`").fix(patch);
    }
}
