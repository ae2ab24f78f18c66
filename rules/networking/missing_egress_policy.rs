use crate::rule::prelude::*;

rule! {
    /// A workload whose pods may talk to everybody.
    ///
    /// Policies bound who may reach the pods, but not whom they may reach: stolen data leaves the cluster unhindered.
    ///
    /// **How to fix**: add a NetworkPolicy with `policyTypes: [Egress]` for the pods.
    id: "missing-egress-policy",
    severity: Info,
    repository: true,
    peers: &["kube-score:pod-networkpolicy", "polaris:missingNetworkPolicy", "kubescape:C-0030", "popeye:1205"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
    profiles: &["strict", "nsa"],
    check: Check::Workload(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut Context<'_, 't>) {
    let item = context.item();
    let mut policies = context.set.network_policies_of(&item).peekable();
    let foreign = || super::missing_network_policy::has_foreign(context.set, &item);
    if policies.peek().is_none() || policies.any(|policy| bounds_egress(policy.object)) || foreign() {
        return;
    }
    let message = format!("no NetworkPolicy bounds whom the pods of {} may reach", workload.object.title());
    context.report(workload.object.place(), message).help("add a NetworkPolicy with `policyTypes: [Egress]`");
}

fn bounds_egress(policy: Object<'_>) -> bool {
    let Some(spec) = policy.spec() else { return false };
    match spec.get("policyTypes") {
        Some(types) => types.items().any(|kind| kind.as_str() == Some("Egress")),
        None => spec.get("egress").is_some(),
    }
}
