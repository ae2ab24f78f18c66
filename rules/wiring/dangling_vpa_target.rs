use crate::rule::prelude::*;

rule! {
    /// A VerticalPodAutoscaler whose target is not there.
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
    let judged = ["Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "ReplicaSet", "ReplicationController"];
    let group = target.str_at("apiVersion").unwrap_or_default();
    if !judged.contains(&kind) && (group.starts_with("apps/") || group.starts_with("batch/")) {
        let message = format!("{group} has no kind `{kind}` that {} could size", object.title());
        context
            .report(target.get("kind").unwrap_or(node), message)
            .help("write the kind as the API does: `Deployment`");
        return;
    }
    if let Some(name) = node.as_str().filter(|name| judged.contains(&kind) && context.is_missing(kind, name)) {
        let message = format!("{kind} `{name}`, which {} sizes, is not there", object.title());
        context.report(node, message).help("correct `targetRef`, or the namespace");
    }
}
