use crate::rule::prelude::*;

rule! {
    /// A pod without a priority class.
    ///
    /// When a cluster is full, the scheduler cannot tell what matters more.
    ///
    /// **How to fix**: set `priorityClassName`.
    id: "missing-priority-class",
    severity: Info,
    options: &[OptionSpec {
        name: "allowed",
        default: OptionValue::Strings(&[]),
        help: "Priority classes that are allowed; if empty, all are.",
    }],
    peers: &["polaris:priorityClassNotSet", "kyverno:require-pod-priorityclassname", "kube-linter:priority-class-name",
             "kyverno:allowed-pod-priorities"],
    references: &["https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/"],
    profiles: &["strict"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let title = pod.workload.object.title();
    let allowed = context.strings("allowed");
    match pod.node.get("priorityClassName").filter(|node| node.as_str() != Some("")) {
        None => {
            let place = Place::missing(pod.node, "priorityClassName");
            context
                .report(place, format!("the pods of {title} have no priority class"))
                .help("set `priorityClassName`");
        }
        Some(node) if !allowed.is_empty() && !node.as_str().is_some_and(|name| allowed.contains(&name)) => {
            let message = format!("the pods of {title} have a priority class that is not allowed");
            context.report(node, message).help(format!("use one of {}", allowed.join(", ")));
        }
        Some(_) => {}
    }
}
