use crate::rule::prelude::*;

use super::missing_network_policy::{has_foreign, runs_once};

rule! {
    /// A workload whose pods may connect anywhere.
    ///
    /// Ingress policies restrict who may reach the pods, but not where the pods may connect: stolen data can leave the cluster. Of
    /// pods that no policy selects at all `missing-network-policy` speaks, but for those of jobs that open no port.
    ///
    /// **How to fix**: add a NetworkPolicy with `policyTypes: [Egress]` for the pods.
    id: "missing-egress-policy",
    severity: Info,
    peers: &["kube-score:pod-networkpolicy", "polaris:missingNetworkPolicy", "kubescape:C-0030", "popeye:1205"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
    profiles: &["strict", "nsa"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let item = context.item();
    let on_host =
        || workload.pod_spec().and_then(|pod| pod.node.get("hostNetwork")).and_then(Node::as_bool) == Some(true);
    let bounded = match context.set.isolation_of(&item) {
        Some(isolation) => isolation.egress,
        None => !runs_once(workload) || on_host() || workload.object.is_helm_test(),
    };
    if bounded || has_foreign(context.set, &item) {
        return;
    }
    let message = format!("no NetworkPolicy restricts egress from the pods of {}", workload.object.title());
    context.report(workload.object.place(), message).help("add a NetworkPolicy with `policyTypes: [Egress]`");
}
