use crate::rule::prelude::*;

rule! {
    /// A workload whose pods may connect anywhere.
    ///
    /// Ingress policies restrict who may reach the pods, but not where the pods may connect: stolen data can leave the cluster.
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
    let bounded = context.set.isolation_of(&item).is_none_or(|isolation| isolation.egress);
    let foreign = || super::missing_network_policy::has_foreign(context.set, &item);
    if bounded || foreign() {
        return;
    }
    let message = format!("no NetworkPolicy restricts egress from the pods of {}", workload.object.title());
    context.report(workload.object.place(), message).help("add a NetworkPolicy with `policyTypes: [Egress]`");
}
