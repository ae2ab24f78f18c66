use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy that allows traffic from (or to) namespaces that do not exist.
    ///
    /// A `namespaceSelector` looks at the labels of Namespaces. Checked where the repository defines Namespaces; the label
    /// `kubernetes.io/metadata.name`, which every namespace has, is known, and names of namespaces about which the repository
    /// contains nothing are not checked. Labels may also belong to namespaces made elsewhere, so this is for `strict`.
    ///
    /// **How to fix**: change the selector to match the labels of a Namespace, or use `kubernetes.io/metadata.name`.
    id: "network-policy-unknown-namespace",
    severity: Info,
    peers: &["popeye:1201"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-namespace-by-its-name"],
    profiles: &["strict"],
    check: Check::KindInSet(&["networking.k8s.io/NetworkPolicy"], check),
}

const NAME: &str = "kubernetes.io/metadata.name";

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    if context.set.known_of_kind("", "Namespace").next().is_none() {
        return;
    }
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules = spec.get(direction).into_iter().flat_map(Node::items);
        for peer in rules.filter_map(|rule| rule.get(peers)).flat_map(Node::items) {
            let Some(selector) = peer.get("namespaceSelector").filter(|selector| !selector.is_empty()) else {
                continue;
            };
            let labels = Labels(selector.get("matchLabels"));
            let checked =
                selector.get("matchExpressions").is_none() && labels.get(NAME).is_none() && !labels.is_empty();
            let mut like = context.set.like("Namespace", selector);
            if checked && !like.any(|item| selector::selects(selector, item.object.labels())) {
                let message = format!("this peer of {} selects no namespace", object.title());
                context
                    .report(Place::Key(selector), message)
                    .help(format!("match the labels of a Namespace, or use `{NAME}`"));
            }
        }
    }
}
