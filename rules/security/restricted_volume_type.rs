use crate::rule::prelude::*;

rule! {
    /// A volume of a type that restricted pods may not have.
    ///
    /// Volumes that name their storage in the pod bypass claims, quotas and the permissions on volumes.
    ///
    /// **How to fix**: use a PersistentVolumeClaim (or one of `configMap`, `csi`, `downwardAPI`, `emptyDir`,
    /// `ephemeral`, `image`, `projected`, `secret`).
    id: "restricted-volume-type",
    severity: Warning,
    peers: &["trivy:KSV-0028", "kyverno:restrict-volume-types"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["pss-restricted", "nsa", "seeds"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::volumes(pod, context.version) {
        context.report(violation.place, violation.message).help("use a PersistentVolumeClaim");
    }
}
