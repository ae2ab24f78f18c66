use crate::rule::prelude::*;

rule! {
    /// A pod that runs as a process of its Windows host.
    ///
    /// A host process has the rights of an administrator of the node.
    ///
    /// **How to fix**: remove `hostProcess`, or keep such pods in a namespace of their own.
    id: "windows-host-process",
    severity: Error,
    peers: &["polaris:hostProcess", "trivy:KSV-0103", "kyverno:disallow-host-process", "datree:EKS_INVALID_HOSTPROCESS_VALUE"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::windows_host_process(pod, context.version) {
        context.report(violation.place, violation.message).help("drop `windowsOptions.hostProcess`");
    }
}
