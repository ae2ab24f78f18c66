use crate::rule::prelude::*;

rule! {
    /// A workload of several pods that may all run on one node.
    ///
    /// Without a topology spread constraint or an anti-affinity of its own pods the scheduler may put all of them on one
    /// node, or in one zone: its loss is then an outage in spite of the replicas.
    ///
    /// **How to fix**: add `topologySpreadConstraints` over `kubernetes.io/hostname` and `topology.kubernetes.io/zone`.
    id: "missing-pod-spread",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:no-anti-affinity", "kube-score:deployment-has-host-podantiaffinity",
             "kube-score:statefulset-has-host-podantiaffinity", "polaris:topologySpreadConstraint",
             "kics:deployment_has_no_pod_anti_affinity", "kics:statefulset_has_no_pod_anti_affinity",
             "kyverno:topologyspreadconstraints-policy", "datree:EKS_MISSING_KEY_TOPOLOGYKEY"],
    references: &["https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/"],
    profiles: &["strict", "seeds"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let Some(pod) = workload.pod_spec() else { return };
    let most = context.set.ceiling_of(&context.item());
    let several = most.or_else(|| workload.replica_count()).is_some_and(|count| count > 1);
    let spread = pod.node.get("topologySpreadConstraints").is_some_and(|list| !list.is_empty());
    let apart = pod.node.at(&["affinity", "podAntiAffinity"]).is_some();
    if several && !spread && !apart {
        let message = format!("all pods of {} may end up on one node", workload.object.title());
        let labels = workload.object.root.at(&["spec", "selector", "matchLabels"]).and_then(value_of);
        let place = Place::missing(pod.node, "topologySpreadConstraints");
        let patch = labels.map_or_else(Patch::none, |labels| Patch::new().put(&place, constraints(&labels)));
        context.report(place, message).help("add `topologySpreadConstraints` over nodes and zones").fix(patch);
    }
}

/// Constraints over nodes and zones that never keep a pod from being scheduled.
fn constraints(labels: &serde_json::Value) -> Vec<serde_json::Value> {
    let over = |key: &str| {
        json!({
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": labels},
        })
    };
    vec![over("kubernetes.io/hostname"), over("topology.kubernetes.io/zone")]
}
