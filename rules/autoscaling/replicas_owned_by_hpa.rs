use crate::rule::prelude::*;

rule! {
    /// A workload that sets `spec.replicas` although an autoscaler manages it.
    ///
    /// Every `kubectl apply` (or sync) sets the number back to what is written, until the autoscaler raises it again: pods
    /// are killed at peak load, and Argo CD shows the workload as out of sync forever.
    ///
    /// Where several folders define the workload, the autoscaler in one of them is taken to scale that folder's alone.
    ///
    /// **How to fix**: remove `spec.replicas` from the workload; the autoscaler's `minReplicas` takes its place.
    id: "replicas-owned-by-hpa",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured",
             "kics:hpa_targeted_deployments_with_configured_replica_count"],
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let Some(replicas) = workload.replicas() else { return };
    let item = context.item();
    let Some((by, autoscaler)) = context.set.own_autoscalers_of(&item).next() else { return };
    // Argo CD leaves the number as the autoscaler has set it.
    if context.set.leaves_replicas(&item) {
        return;
    }
    let place = autoscaler.target().map_or_else(|| by.object.place(), Place::Value);
    let message = format!("`spec.replicas` is set although {} scales {}", by.object.title(), workload.object.title());
    context
        .report(Place::Key(replicas), message)
        .help("remove `spec.replicas`: each apply resets the number that the autoscaler has set")
        .related(place, "scaled here")
        .fix(Patch::new().remove(replicas));
}
