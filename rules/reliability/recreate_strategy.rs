use crate::rule::prelude::*;

rule! {
    /// A Deployment that stops all its pods before it starts new ones.
    ///
    /// With the strategy `Recreate` every update is an outage. Not reported for Deployments with a single pod or a claim, which
    /// often cannot be updated otherwise.
    ///
    /// **How to fix**: use strategy `RollingUpdate`.
    id: "recreate-strategy",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:no-rolling-update-strategy", "kube-score:deployment-strategy", "kubescape:C-0305"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#strategy"],
    check: Check::KindInSet(&["apps/Deployment"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = object.root.at(&["spec", "strategy", "type"]) else { return };
    let Some(workload) = Workload::of(object) else { return };
    let scaled = context.set.autoscalers_of(&context.item()).next().is_some();
    let several = scaled || workload.replica_count().is_some_and(|count| count > 1);
    let claims = workload.pod_spec().is_some_and(|pod| pod.volumes().any(|v| v.get("persistentVolumeClaim").is_some()));
    if node.as_str() == Some("Recreate") && several && !claims {
        let message = format!("{} stops all its pods before it starts new ones", object.title());
        context.report(node, message).help("use strategy `RollingUpdate`").fix(Patch::new().set(node, "RollingUpdate"));
    }
}
