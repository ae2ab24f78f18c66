use crate::rule::prelude::*;

rule! {
    /// A Deployment without an autoscaler.
    ///
    /// A fixed number of pods is too small at peak load and too large the rest of the time. Not reported where a second pod
    /// could not run (strategy `Recreate`, a claim that is mounted), and where the number is zero.
    ///
    /// **How to fix**: add a HorizontalPodAutoscaler (or KEDA's ScaledObject), give the containers requests, and remove
    /// `spec.replicas`.
    id: "missing-hpa",
    severity: Info,
    peers: &["kyverno:check-hpa-exists"],
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
    profiles: &["strict", "seeds"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    if !matches!(workload.kind, WorkloadKind::Deployment | WorkloadKind::Rollout) || workload.replica_count() == Some(0)
    {
        return;
    }
    let recreate = workload.object.root.at(&["spec", "strategy", "type"]).and_then(Node::as_str) == Some("Recreate");
    let claims = workload.pod_spec().is_some_and(|pod| pod.volumes().any(|v| v.get("persistentVolumeClaim").is_some()));
    if recreate || claims || context.set.autoscalers_of(&context.item()).next().is_some() {
        return;
    }
    let message = format!("{} has no autoscaler", workload.object.title());
    context
        .report(workload.object.place(), message)
        .help("add a HorizontalPodAutoscaler whose `scaleTargetRef` names it");
}
