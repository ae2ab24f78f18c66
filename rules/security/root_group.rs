use crate::rule::prelude::*;

rule! {
    /// A pod or container in the root group.
    ///
    /// Files that belong to the group 0, on volumes and in images, can then be changed.
    ///
    /// **How to fix**: name another group in `runAsGroup`, `fsGroup` and `supplementalGroups`.
    id: "root-group",
    severity: Warning,
    peers: &["trivy:KSV-0116", "kyverno:require-non-root-groups", "kube-linter:run-as-non-root", "kubescape:C-0013"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"],
    profiles: &["nsa"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let contexts = pod.node.get("securityContext").into_iter();
    let mut found = Vec::new();
    for security in contexts.chain(pod.containers().filter_map(|c| c.node.get("securityContext"))) {
        found.extend(["runAsGroup", "fsGroup"].iter().filter_map(|field| security.get(field)));
        found.extend(security.get("supplementalGroups").into_iter().flat_map(Node::items));
    }
    for node in found.into_iter().filter(|node| node.as_i64() == Some(0)) {
        context.report(node, "the pod is in the root group").help("name another group than 0");
    }
}
