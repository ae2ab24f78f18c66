use crate::rule::prelude::*;

rule! {
    /// An autoscaler on something that cannot be scaled.
    ///
    /// A DaemonSet runs one pod per node, a Job as many as it sets: they have no scale, and the autoscaler fails forever.
    ///
    /// **How to fix**: scale a Deployment or StatefulSet, or remove the autoscaler.
    id: "hpa-on-daemonset",
    severity: Error,
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
    check: Check::Kind(&["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let kind =
        autoscaler.target_kind().filter(|kind| matches!(*kind, "DaemonSet" | "Job" | "CronJob" | "Pod" | "Service"));
    if let (Some(kind), Some(node)) = (kind, autoscaler.target().and_then(|target| target.get("kind"))) {
        context.report(node, format!("a {kind} cannot be scaled")).help("scale a Deployment or StatefulSet");
    }
}
