use crate::rule::prelude::*;

rule! {
    /// A container that sees `/proc` unmasked.
    ///
    /// The masks keep a container from reading and changing the kernel of its node.
    ///
    /// **How to fix**: remove `procMount`.
    id: "unmasked-proc-mount",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:unsafe-proc-mount", "polaris:procMount", "trivy:KSV-0027", "kics:container_runs_unmasked", "kyverno:disallow-proc-mount"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::proc_mount(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("remove `procMount`").fix(patch);
    }
}
