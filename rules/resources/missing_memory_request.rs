use crate::rule::prelude::*;

rule! {
    /// A container without a memory request.
    ///
    /// The scheduler places pods by their requests: without one a pod may land on a node whose memory is taken, and is
    /// among the first to be evicted or killed when memory runs short.
    /// A request is also given by a limit, by the pod's own `resources` and by a LimitRange of the namespace. Info: a container
    /// without a request has no limit either, which `missing-memory-limit` warns of.
    ///
    /// **How to fix**: set `resources.requests.memory` to what the container needs in normal operation.
    id: "missing-memory-request",
    severity: Info,
    peers: &["kyverno:require-qos-burstable", "kube-linter:unset-memory-requirements", "kube-score:container-resources", "polaris:memoryRequestsMissing",
             "checkov:CKV_K8S_12", "trivy:KSV-0016", "kubescape:C-0269", "kics:memory_requests_not_defined",
             "kyverno:require-pod-requests-limits", "kubesec:RequestsMemory", "popeye:106",
             "datree:CONTAINERS_MISSING_MEMORY_REQUEST_KEY", "kubescape:C-0004"],
    references: &["https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    if container.role.is_long_running() && context.effective_request(container, "memory").is_none() {
        let message = format!("container `{}` has no memory request", container.name());
        context
            .report(container.missing("resources.requests[memory]"), message)
            .help("set `resources.requests.memory`");
    }
}
