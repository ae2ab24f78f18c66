use crate::rule::prelude::*;

rule! {
    /// A rolling update that may stop all pods at once.
    ///
    /// With `maxUnavailable: 100%`, or as many as there are pods, an update is an outage: nothing waits for the new pods.
    /// Not reported where `maxSurge: 0` has it so for a claim or a port of the node, which the next pod can only have then.
    ///
    /// **How to fix**: lower `maxUnavailable`; 0 with `maxSurge: 1` loses no capacity at all.
    id: "rolling-update-stops-all",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable"],
    check: Check::KindInSet(&["apps/Deployment"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(node) = object.root.at(&["spec", "strategy", "rollingUpdate", "maxUnavailable"]) else { return };
    let floor = context.set.floor_of(&context.item());
    let pods = floor.or_else(|| Workload::of(object)?.replica_count());
    let all =
        node.as_str() == Some("100%") || node.as_i64().zip(pods).is_some_and(|(most, pods)| pods > 0 && most >= pods);
    if all && pods != Some(0) && !must_stop_first(object) {
        let message = format!("an update of {} may stop all its pods at once", object.title());
        // Without it a quarter of the pods may stop.
        let help = "lower `maxUnavailable`: with `maxSurge: 1` it may be 0";
        context.report(node, message).help(help).fix(Patch::new().prune(node));
    }
}

/// Whether the old pod has to go before the new one can be: `maxSurge: 0` says so, and a claim or port of the node that both
/// would hold asks for it.
fn must_stop_first(object: Object<'_>) -> bool {
    let surge = object.root.at(&["spec", "strategy", "rollingUpdate", "maxSurge"]);
    let none = surge.is_some_and(|node| node.as_i64() == Some(0) || node.as_str() == Some("0%"));
    let Some(pod) = Workload::of(object).and_then(Workload::pod_spec).filter(|_| none) else { return false };
    let on_host = pod.node.get("hostNetwork").and_then(Node::as_bool) == Some(true);
    let mut ports = pod.containers().flat_map(Container::ports);
    on_host
        || ports.any(|port| port.get("hostPort").is_some())
        || pod.volumes().any(|volume| volume.get("persistentVolumeClaim").is_some())
}
