use crate::rule::prelude::*;

rule! {
    /// A volume that is a directory of the host.
    ///
    /// What the pod writes stays on the node, what other pods write there can be read, and symbolic links lead out of
    /// the directory.
    ///
    /// **How to fix**: use a PersistentVolumeClaim, an `emptyDir` or a `configMap` volume.
    id: "host-path-volume",
    severity: Warning,
    peers: &["polaris:hostPathSet", "trivy:KSV-0023", "kubescape:C-0048", "kics:non_kube_system_pod_with_host_mount", "kyverno:disallow-host-path", "datree:CONTAINERS_INCORRECT_KEY_HOSTPATH"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["pss-baseline", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::host_path(pod, context.version) {
        context.report(violation.place, violation.message).help("use another type of volume");
    }
}
