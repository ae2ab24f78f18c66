use crate::rule::prelude::*;

rule! {
    /// A container without a seccomp profile.
    ///
    /// Unless the kubelet says otherwise the container runs without any filter on system calls.
    ///
    /// **How to fix**: set `securityContext.seccompProfile.type: RuntimeDefault` on the pod.
    id: "missing-seccomp-profile",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-score:container-seccomp-profile", "checkov:CKV_K8S_31", "trivy:KSV-0030", "kubescape:C-0210", "kics:seccomp_profile_is_not_configured", "kyverno:restrict-seccomp-strict", "kubesec:SeccompAny", "datree:CIS_INVALID_VALUE_SECCOMP_PROFILE"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["pss-restricted", "nsa", "cis", "seeds"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::seccomp_missing(pod, context.version) {
        let patch = violation.patch();
        context
            .report(violation.place, violation.message)
            .help("set `seccompProfile.type: RuntimeDefault` on the pod")
            .fix(patch);
    }
}
