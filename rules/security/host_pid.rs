use crate::rule::prelude::*;

rule! {
    /// A pod that sees its host's processes.
    ///
    /// The pod can read the environment of every process of the node, secrets included, and signal them.
    ///
    /// **How to fix**: drop `hostPID`.
    id: "host-pid",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:host-pid", "polaris:hostPIDSet", "checkov:CKV_K8S_17", "trivy:KSV-0010", "kubescape:C-0038", "kics:shared_host_pid_namespace", "kyverno:disallow-host-namespaces", "kubesec:HostPID", "datree:CONTAINERS_INCORRECT_HOSTPID_VALUE_TRUE", "semgrep:hostpid-pod", "kubescape:C-0275"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::host_pid(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("drop `hostPID: true`").fix(patch);
    }
}
