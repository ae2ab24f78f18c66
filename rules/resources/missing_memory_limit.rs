use crate::rule::prelude::*;

rule! {
    /// A container without a memory limit.
    ///
    /// Memory cannot be taken back: a container that leaks takes its whole node down with it. With a limit only the
    /// container is killed and started again. A limit is also given by the pod's own `resources` and by a LimitRange of
    /// the namespace. Info for the containers of Jobs and of other pods that end, for those that only wait for a shell to be opened in
    /// them, and for the control plane.
    ///
    /// **How to fix**: set `resources.limits.memory`, at or above the request.
    id: "missing-memory-limit",
    severity: Warning,
    peers: &["kube-linter:unset-memory-requirements", "kube-score:container-resources", "polaris:memoryLimitsMissing",
             "checkov:CKV_K8S_13", "trivy:KSV-0018", "kubescape:C-0271", "kics:memory_limits_not_defined",
             "kyverno:require-pod-requests-limits", "kubesec:LimitsMemory", "popeye:107",
             "datree:CONTAINERS_MISSING_MEMORY_LIMIT_KEY", "kubescape:C-0004", "kubescape:C-0009"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    if container.role.is_long_running() && context.effective_limit(container, "memory").is_none() {
        let message = format!("container `{}` has no memory limit", container.name());
        let mild = !container.pod.runs_for_ever() || container.waits() || container.pod.is_control_plane();
        let most = if mild { Severity::Info } else { Severity::Error };
        context
            .report(container.missing("resources.limits[memory]"), message)
            .help("set `resources.limits.memory`")
            .at_most(most);
    }
}
