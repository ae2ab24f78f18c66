use crate::rule::prelude::*;

rule! {
    /// A workload that may run on control plane nodes.
    ///
    /// What shares a node with the API server and etcd can starve them, and is one step from the cluster's keys. DaemonSets,
    /// which belong on every node, are not reported.
    ///
    /// **How to fix**: remove the toleration of `node-role.kubernetes.io/control-plane`.
    id: "control-plane-toleration",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kyverno:restrict-controlplane-scheduling"],
    references: &["https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"],
    profiles: &["strict"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    if pod.workload.kind == WorkloadKind::DaemonSet {
        return;
    }
    for toleration in pod.node.get("tolerations").into_iter().flat_map(Node::items) {
        let key = toleration.str_at("key");
        let all = key.is_none() && toleration.str_at("operator") == Some("Exists");
        let named = matches!(key, Some("node-role.kubernetes.io/control-plane" | "node-role.kubernetes.io/master"));
        if all || named {
            let message = format!("{} may run on control plane nodes", pod.workload.object.title());
            let patch = if named { Patch::new().prune(toleration) } else { Patch::none() };
            context.report(toleration, message).help("remove the toleration").fix(patch);
        }
    }
}
