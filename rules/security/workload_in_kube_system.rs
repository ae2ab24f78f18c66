use crate::rule::prelude::*;

rule! {
    /// A workload in the cluster's own namespace.
    ///
    /// Policies and quotas usually spare `kube-system`, and a service account there is often more powerful than it looks.
    /// The control plane's own pods (label `tier: control-plane`, a priority of the system) are not reported.
    ///
    /// **How to fix**: give the workload a namespace of its own.
    id: "workload-in-kube-system",
    severity: Info,
    peers: &["trivy:KSV-0037"],
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"],
    profiles: &["strict", "nsa"],
    check: Check::Workload(check),
}

fn check(workload: Workload<'_>, context: &mut Context<'_, '_>) {
    if is_control_plane(workload) {
        return;
    }
    if matches!(context.item().namespace(), Some("kube-system" | "kube-public" | "kube-node-lease")) {
        let message = format!("{} lives in the cluster's own namespace", workload.object.title());
        let node = workload.object.metadata().and_then(|metadata| metadata.get("namespace"));
        context
            .report(node.map_or_else(|| workload.object.place(), Place::Value), message)
            .help("give the workload a namespace of its own");
    }
}

/// Whether it is a part of the control plane, as installers label and rank their static pods.
fn is_control_plane(workload: Workload<'_>) -> bool {
    let rank = workload.pod_spec().and_then(|pod| pod.node.str_at("priorityClassName"));
    let labelled = workload.pod_labels().get("tier").is_some_and(|tier| tier == "control-plane");
    labelled && matches!(rank, Some("system-node-critical" | "system-cluster-critical"))
}
