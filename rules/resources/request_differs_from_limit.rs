use crate::rule::prelude::*;

rule! {
    /// A container whose memory request is below its limit.
    ///
    /// Memory between request and limit is lent: when the node runs short, the container is the first to be killed.
    /// With equal values for CPU too (option `resources`) the pod is of the class Guaranteed.
    ///
    /// **How to fix**: set the request equal to the limit.
    id: "request-differs-from-limit",
    severity: Info,
    options: &[OptionSpec {
        name: "resources",
        default: OptionValue::Strings(&["memory"]),
        help: "Resources whose request must equal the limit: `memory`, `cpu`, `ephemeral-storage`.",
    }],
    fix: Some(Applicability::Unsafe),
    peers: &["kube-score:container-resource-requests-equal-limits", "kube-score:container-memory-requests-equal-limits", "kube-score:container-cpu-requests-equal-limits", "kyverno:memory-requests-equal-limits", "kyverno:require-qos-guaranteed", "datree:EKS_INVALID_MEMORY_REQUEST_LIMIT", "kube-score:container-ephemeral-storage-request-equals-limit"],
    references: &["https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    for resource in context.strings("resources") {
        let limit = container.resource("limits", resource);
        let (Some(request), Some(limit)) = (container.resource("requests", resource), limit) else { continue };
        if container.role.is_long_running() && Quantity::of(request) != Quantity::of(limit) {
            let message = format!("container `{}` may use more {resource} than it requests", container.name());
            let patch = value_of(limit).map_or_else(Patch::none, |value| Patch::new().set(request, value));
            context
                .report(request, message)
                .help("set the request equal to the limit")
                .related(limit, "the limit")
                .fix(patch);
        }
    }
}
