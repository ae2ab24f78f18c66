use crate::rule::prelude::*;

rule! {
    /// A container without a CPU limit.
    ///
    /// A container without a limit may use all the CPU of its node that nobody else asked for. Many teams want that, since
    /// a limit throttles a container even on an idle node; others want a bound so that load tests and bills are
    /// predictable. So this is only info. A limit is also given by the pod's own `resources` and by a LimitRange.
    ///
    /// **How to fix**: set `resources.limits.cpu`, or turn the rule off where CPU is meant to be shared.
    id: "missing-cpu-limit",
    severity: Info,
    peers: &["kube-linter:cpu-requirements", "kube-score:container-resources", "polaris:cpuLimitsMissing",
             "checkov:CKV_K8S_11", "trivy:KSV-0011", "kubescape:C-0270", "kics:cpu_limits_not_set",
             "kyverno:require-cpu-limits", "kubesec:LimitsCPU", "popeye:107",
             "datree:CONTAINERS_MISSING_CPU_LIMIT_KEY", "kubescape:C-0009", "kubescape:C-0050"],
    references: &["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#how-pods-with-resource-limits-are-run"],
    profiles: &["strict", "seeds", "nsa"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    if container.role.is_long_running() && context.effective_limit(container, "cpu").is_none() {
        let message = format!("container `{}` has no CPU limit", container.name());
        context.report(container.missing("resources.limits[cpu]"), message).help("set `resources.limits.cpu`");
    }
}
