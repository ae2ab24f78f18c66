use crate::rule::prelude::*;

rule! {
    /// A pod that shares its host's inter-process communication.
    ///
    /// The pod can read and write the shared memory of the node's processes.
    ///
    /// **How to fix**: remove `hostIPC`.
    id: "host-ipc",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:host-ipc", "polaris:hostIPCSet", "checkov:CKV_K8S_18", "trivy:KSV-0008", "kubescape:C-0038", "kics:shared_host_ipc_namespace", "kyverno:disallow-host-namespaces", "kubesec:HostIPC", "datree:CONTAINERS_INCORRECT_HOSTIPC_VALUE_TRUE", "semgrep:hostipc-pod", "kubescape:C-0276"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    for violation in pss::host_ipc(pod, context.version) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("drop `hostIPC: true`").fix(patch);
    }
}
