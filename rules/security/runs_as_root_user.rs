use crate::rule::prelude::*;

rule! {
    /// A pod or container that runs as user 0.
    ///
    /// It runs as root although nothing but the manifest says so.
    ///
    /// Info for an agent of its node that is known to need it, such as a shipper of logs, and for the control plane.
    /// The profiles of published standards make no such exception.
    ///
    /// **How to fix**: name another user, and let the image own its files.
    id: "runs-as-root-user",
    severity: Warning,
    peers: &["polaris:runAsRootAllowed", "trivy:KSV-0105", "kyverno:require-run-as-non-root-user"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let known = agents::needs(pod, agents::Need::Root);
    for violation in pss::root_user(pod, context.version) {
        let message = agents::explained(&violation.message, known);
        context.report(violation.place, message).help("use a user other than 0").excused(known.is_some());
    }
}
