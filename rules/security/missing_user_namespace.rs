use crate::rule::prelude::*;

rule! {
    /// A pod without a user namespace of its own.
    ///
    /// With `hostUsers: false` root in the container is an ordinary user on the node: most ways out of a container lead
    /// nowhere. Pods may ask for one since Kubernetes 1.33 without a feature gate; the node's file systems must support it.
    ///
    /// **How to fix**: set `hostUsers: false` on the pod.
    id: "missing-user-namespace",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    peers: &["kubesec:HostUsers"],
    references: &["https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/"],
    profiles: &["strict"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let shares_host =
        ["hostNetwork", "hostPID", "hostIPC"].iter().any(|f| pod.node.get(f).and_then(Node::as_bool) == Some(true));
    let off = pod.node.get("hostUsers").and_then(Node::as_bool) == Some(false);
    if context.version >= KubeVersion(33) && !off && !shares_host && !pod.is_windows() {
        let message = format!("the pods of {} have no user namespace of their own", pod.workload.object.title());
        let place = Place::missing(pod.node, "hostUsers");
        // The server takes no block devices in user namespaces.
        let devices = pod.containers().any(|container| container.node.get("volumeDevices").is_some());
        let patch = if devices { Patch::none() } else { Patch::new().field(pod.node, &["hostUsers"], false) };
        context.report(place, message).help("set `hostUsers: false`").fix(patch);
    }
}
