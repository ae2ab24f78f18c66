use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy that allows every pod of the cluster, not only the ones it selects.
    ///
    /// Items of `from` and `to` add up. `namespaceSelector: {}` as an item of its own means every pod of every namespace, so
    /// that a `podSelector` in the next item changes nothing: both in *one* item would have meant these pods, wherever they
    /// run.
    ///
    /// **How to fix**: write `podSelector` into the same item as `namespaceSelector`, without a dash before it.
    id: "network-policy-split-peer",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors"],
    check: Check::Kind(&["networking.k8s.io/NetworkPolicy"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules = spec.get(direction).into_iter().flat_map(Node::items);
        for list in rules.filter_map(|rule| rule.get(peers)) {
            let only =
                |peer: &Node<'_>, field: &str, other: &str| peer.get(other).is_none() && peer.get(field).is_some();
            let all = list.items().find(|peer| {
                only(peer, "namespaceSelector", "podSelector")
                    && peer
                        .get("namespaceSelector")
                        .is_some_and(|selector| selector.is_mapping() && selector.is_empty())
            });
            let pods = list.items().find(|peer| only(peer, "podSelector", "namespaceSelector"));
            let (Some(all), Some(pods)) = (all, pods) else { continue };
            let message = format!(
                "`namespaceSelector: {{}}` alone means all pods of all namespaces, so the `podSelector` beside it in {} changes nothing",
                object.title()
            );
            context
                .report(all, message)
                .help("put `podSelector` into the same list item as `namespaceSelector`")
                .related(pods, "this item adds nothing");
        }
    }
}
