use crate::rule::prelude::*;

rule! {
    /// A pod with entries of its own for the hosts file.
    ///
    /// They override DNS for the pod, unseen by everybody else, and go stale when an address changes.
    ///
    /// **How to fix**: use a Service (of the type ExternalName, or with hand-made EndpointSlices).
    id: "host-aliases",
    severity: Info,
    peers: &["trivy:KSV-0007", "kubesec:HostAliases"],
    references: &["https://kubernetes.io/docs/tasks/network/customize-hosts-file-for-pods/"],
    profiles: &["strict"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    if let Some(node) = pod.node.get("hostAliases").filter(|list| !list.is_empty()) {
        let message = format!("the pods of {} add entries to the hosts file", pod.workload.object.title());
        context.report(Place::Key(node), message).help("use a Service instead");
    }
}
