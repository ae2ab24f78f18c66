use crate::rule::prelude::*;

rule! {
    /// A container that may gain privileges.
    ///
    /// Unless it is forbidden, a program with the setuid bit gives a process more rights than its parent has.
    ///
    /// **How to fix**: set `securityContext.allowPrivilegeEscalation: false` on the container.
    id: "privilege-escalation-allowed",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:privilege-escalation-container", "polaris:privilegeEscalationAllowed", "checkov:CKV_K8S_20", "trivy:KSV-0001", "kubescape:C-0016", "kics:privilege_escalation_allowed", "kyverno:disallow-privilege-escalation", "kubesec:AllowPrivilegeEscalation", "datree:CONTAINERS_MISSING_KEY_ALLOWPRIVILEGEESCALATION", "semgrep:allow-privilege-escalation", "semgrep:allow-privilege-escalation-true", "semgrep:allow-privilege-escalation-no-securitycontext"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["pss-restricted", "nsa", "cis", "seeds"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::privilege_escalation(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("set `allowPrivilegeEscalation: false`").fix(patch);
    }
}
