use crate::rule::prelude::*;

rule! {
    /// An AppArmor profile that is turned off or unknown.
    ///
    /// Without the runtime's profile a process in the container may mount, trace and write where it should not.
    ///
    /// **How to fix**: use `RuntimeDefault` or a `Localhost` profile.
    id: "apparmor-profile-override",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["trivy:KSV-0002", "kyverno:restrict-apparmor-profiles", "kubesec:ApparmorUnconfined"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::apparmor(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("use `RuntimeDefault` or `Localhost`").fix(patch);
    }
}
