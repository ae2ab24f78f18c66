use crate::rule::prelude::*;

rule! {
    /// A pod or container in the root group.
    ///
    /// Files that belong to the group 0, on volumes and in images, can then be changed.
    ///
    /// **How to fix**: name another group in `runAsGroup`, `fsGroup` and `supplementalGroups`.
    id: "root-group",
    severity: Warning,
    options: &[OptionSpec {
        name: "unset",
        default: OptionValue::Bool(false),
        help: "Report containers without `runAsGroup`, too: their group is that of the image, mostly 0.",
    }],
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
        context.report(node, "the pod is in the root group").help("use a group other than 0");
    }
    if context.flag("unset") {
        report_unset(pod, context);
    }
}

fn report_unset(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let says = |node: Node<'_>| node.at(&["securityContext", "runAsGroup"]).is_some();
    for container in pod.containers().filter(|container| !says(pod.node) && !says(container.node)) {
        let message = format!("container `{}` has no `runAsGroup`, and may run in the root group", container.name());
        context.report(container.missing("securityContext.runAsGroup"), message).help("set `runAsGroup`");
    }
}
