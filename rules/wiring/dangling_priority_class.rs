use crate::rule::prelude::*;

rule! {
    /// A pod whose PriorityClass does not exist.
    ///
    /// Admission refuses the pod. Checked where the repository defines priority classes of its own, since others may come with
    /// the cluster; `system-cluster-critical` and `system-node-critical` always exist.
    ///
    /// **How to fix**: add the PriorityClass, or correct `priorityClassName`.
    id: "dangling-priority-class",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = pod.node.get("priorityClassName") else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty() && !name.starts_with("system-")) else { return };
    let defines = context.set.known_of_kind("scheduling.k8s.io", "PriorityClass").next().is_some();
    if defines && context.is_missing("PriorityClass", name) {
        let message = format!("PriorityClass `{name}` is not defined in this repository");
        context.report(node, message).help("add the PriorityClass, or correct the name").missing("PriorityClass", name);
    }
}
