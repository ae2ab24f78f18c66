use crate::rule::prelude::*;

rule! {
    /// A VerticalPodAutoscaler whose target does not exist.
    ///
    /// It recommends and changes nothing.
    ///
    /// **How to fix**: correct `kind` and `name` of `targetRef`, or the namespace.
    id: "dangling-vpa-target",
    severity: Warning,
    peers: &["kyverno:verify-vpa-target"],
    references: &["https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler"],
    check: Check::KindInSet(&["autoscaling.k8s.io/VerticalPodAutoscaler"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(target) = object.root.at(&["spec", "targetRef"]) else { return };
    let (Some(kind), Some(node)) = (target.str_at("kind"), target.get("name")) else { return };
    let checked = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "ReplicationController"];
    if let Some(unknown) = apis::unsized_kind(target, kind) {
        let message = format!("{} cannot size {}", object.title(), unknown.what);
        context
            .report(target.get(unknown.field).unwrap_or(target), message)
            .help("write the API group and kind of a resource that has pods");
        return;
    }
    if let Some(name) = node.as_str().filter(|name| checked.contains(&kind) && context.is_missing(kind, name)) {
        let message = format!("{kind} `{name}`, the target of {}, is not defined in this repository", object.title());
        context.report(node, message).help("correct `targetRef`, or the namespace").missing(kind, name);
    }
}
