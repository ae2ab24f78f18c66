use crate::rule::prelude::*;

rule! {
    /// A container without a CPU request.
    ///
    /// The scheduler places pods by their requests: a container without one may land on a node that has no CPU to spare,
    /// and is the first to starve when neighbours are busy. An autoscaler on CPU has nothing to compute with.
    /// A request is also given by a limit, by the pod's own `resources` and by a LimitRange of the namespace.
    ///
    /// **How to fix**: set `resources.requests.cpu` to what the container needs in normal operation.
    id: "missing-cpu-request",
    severity: Info,
    peers: &["kube-linter:unset-cpu-requirements", "kube-score:container-resources", "polaris:cpuRequestsMissing",
             "checkov:CKV_K8S_10", "trivy:KSV-0015", "kubescape:C-0268", "kics:cpu_requests_not_set",
             "kyverno:require-pod-requests-limits", "kubesec:RequestsCPU", "popeye:106",
             "datree:CONTAINERS_MISSING_CPU_REQUEST_KEY", "kubescape:C-0050"],
    references: &["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    if container.role.is_long_running() && context.effective_request(container, "cpu").is_none() {
        let message = format!("container `{}` has no CPU request", container.name());
        context.report(container.missing("resources.requests[cpu]"), message).help("set `resources.requests.cpu`");
    }
}
