use crate::rule::prelude::*;

rule! {
    /// A workload whose pods no NetworkPolicy selects.
    ///
    /// Without a policy every pod of the cluster may talk to these pods, and they to everything: one compromised pod reaches
    /// all the others. A policy for egress alone leaves them open to callers. Policies of Cilium and Calico and cluster-wide
    /// admin policies count; pods on the host's network are out of reach of any policy and are not asked for one.
    ///
    /// **How to fix**: add a NetworkPolicy with an empty `podSelector` that denies by default to the namespace, and one for
    /// each workload that allows what it needs.
    id: "missing-network-policy",
    severity: Warning,
    repository: true,
    peers: &["kube-linter:non-isolated-pod", "kube-score:pod-networkpolicy", "polaris:missingNetworkPolicy",
             "checkov:CKV2_K8S_6", "kubescape:C-0260", "kics:pod_misconfigured_network_policy", "kyverno:require-netpol",
             "popeye:1204"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
    check: Check::Workload(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut Context<'_, 't>) {
    let host = workload.pod_spec().and_then(|pod| pod.node.get("hostNetwork")).and_then(Node::as_bool);
    let item = context.item();
    if host == Some(true) || has_foreign(context.set, &item) {
        return;
    }
    let mut policies = context.set.network_policies_of(&item).peekable();
    let says = if policies.peek().is_none() { "selects" } else { "bounds who may reach" };
    if policies.any(|policy| bounds_ingress(policy.object)) {
        return;
    }
    let message = format!("no NetworkPolicy {says} the pods of {}", workload.object.title());
    context
        .report(workload.object.place(), message)
        .help("add a default-deny NetworkPolicy to the namespace, and one that allows what these pods need");
}

/// Whether a policy closes its pods to callers: all do but those of `policyTypes: [Egress]`.
fn bounds_ingress(policy: Object<'_>) -> bool {
    let types = policy.spec().and_then(|spec| spec.get("policyTypes")).filter(|types| !types.is_empty());
    types.is_none_or(|types| types.items().any(|kind| kind.as_str() == Some("Ingress")))
}

/// Policies of other makes, whose selectors are a language of their own.
const FOREIGN: &[(&str, &str)] = &[
    ("cilium.io", "CiliumNetworkPolicy"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
];

/// Whether the set has policies of another make that may be about the item.
pub(super) fn has_foreign(set: &ApplySet<'_>, item: &Item<'_>) -> bool {
    FOREIGN.iter().any(|(group, kind)| {
        let cluster_wide = kind.contains("Cluster") || kind.contains("Global") || kind.contains("Admin");
        set.of_kind(group, kind).any(|policy| cluster_wide || may_be_same(policy.namespace(), item.namespace()))
    })
}
