use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy that allows traffic from (or to) pods that do not exist.
    ///
    /// A peer with a `podSelector` alone means pods of the policy's own namespace: if none carries the labels, the traffic
    /// that was meant is denied. Pods of other namespaces need a `namespaceSelector` in the same list item. Info: programs
    /// may make such pods at run time.
    ///
    /// **How to fix**: change the selector to match the labels of the pod template, or add the `namespaceSelector`.
    id: "network-policy-peer-selects-nothing",
    severity: Info,
    peers: &["kube-linter:dangling-networkpolicypeer-podselector", "popeye:1202", "popeye:1208"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors"],
    check: Check::KindInSet(&["networking.k8s.io/NetworkPolicy"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules = spec.get(direction).into_iter().flat_map(Node::items);
        for peer in rules.filter_map(|rule| rule.get(peers)).flat_map(Node::items) {
            let Some(selector) = peer.get("podSelector").filter(|_| peer.get("namespaceSelector").is_none()) else {
                continue;
            };
            if context.selects_nothing(selector).is_some() {
                let message = format!("this peer of {} selects no pods in the namespace", object.title());
                context.report(Place::Key(selector), message).help(
                    "match the labels of a pod template; pods of other namespaces need a `namespaceSelector` as well",
                );
            }
        }
    }
}
