use crate::rule::prelude::*;

rule! {
    /// A workload of several pods that no PodDisruptionBudget covers.
    ///
    /// When nodes are drained for an update, pods are evicted as fast as the budget allows; without one all pods of a
    /// workload may go at once. Workloads with a single pod are not asked for one: a budget would only block the drain.
    ///
    /// **How to fix**: add a PodDisruptionBudget whose selector matches the pods, with `maxUnavailable: 1`.
    id: "missing-pod-disruption-budget",
    severity: Info,
    peers: &["kics:statefulset_without_pod_disruption_budget", "kube-score:deployment-has-poddisruptionbudget", "kube-score:statefulset-has-poddisruptionbudget",
             "polaris:missingPodDisruptionBudget", "kics:deployment_without_pod_disruption_budget", "kyverno:require-pdb",
             "popeye:206"],
    references: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    use WorkloadKind as W;
    if !matches!(workload.kind, W::Deployment | W::StatefulSet | W::Rollout | W::DeploymentConfig) {
        return;
    }
    let item = context.item();
    let most = context.set.ceiling_of(&item);
    let several = most.or_else(|| workload.replica_count()).is_some_and(|count| count > 1);
    if several && !context.set.has_budget(&item) {
        let message = format!("no PodDisruptionBudget covers the pods of {}", workload.object.title());
        context
            .report(workload.object.place(), message)
            .help("add a PodDisruptionBudget that selects these pods, with `maxUnavailable: 1`");
    }
}
