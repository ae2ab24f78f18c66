use crate::rule::prelude::*;

rule! {
    /// A pod whose RuntimeClass does not exist.
    ///
    /// The pod is refused. Checked where the repository defines runtime classes of its own, since others may come with the
    /// cluster.
    ///
    /// **How to fix**: add the RuntimeClass, or correct `runtimeClassName`.
    id: "dangling-runtime-class",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/containers/runtime-class/"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = pod.node.get("runtimeClassName") else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    let defines = context.set.known_of_kind("node.k8s.io", "RuntimeClass").next().is_some();
    if defines && context.is_missing("RuntimeClass", name) {
        let message = format!("RuntimeClass `{name}` is not defined in this repository");
        context.report(node, message).help("add the RuntimeClass, or correct the name").missing("RuntimeClass", name);
    }
}
