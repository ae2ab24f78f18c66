use crate::rule::prelude::*;

rule! {
    /// A PodDisruptionBudget that protects pods that never became ready.
    ///
    /// By default a pod that is running but not ready counts against the budget: a crashing workload blocks the drain of its
    /// nodes.
    ///
    /// **How to fix**: set `unhealthyPodEvictionPolicy: AlwaysAllow`.
    id: "missing-unhealthy-eviction-policy",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:pdb-unhealthy-pod-eviction-policy"],
    references: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy"],
    profiles: &["strict"],
    check: Check::Kind(&["policy/PodDisruptionBudget"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    if spec.get("unhealthyPodEvictionPolicy").is_none() {
        let message = format!("{} also protects pods that never became ready", object.title());
        context
            .report(object.missing_in_spec("unhealthyPodEvictionPolicy"), message)
            .help("set `unhealthyPodEvictionPolicy: AlwaysAllow`")
            .fix(Patch::new().field(spec, &["unhealthyPodEvictionPolicy"], "AlwaysAllow"));
    }
}
