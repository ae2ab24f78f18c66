use crate::rule::prelude::*;

rule! {
    /// An affinity term or spread constraint without a `labelSelector`.
    ///
    /// It selects no pods, so that it does nothing: nothing is spread, kept apart or brought together. (An empty selector,
    /// `{}`, selects all.)
    ///
    /// **How to fix**: write the labels of the pods that are meant.
    id: "missing-term-selector",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    for constraint in items(pod.node.get("topologySpreadConstraints")) {
        judge(constraint, "this spread constraint", context);
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(affinity) = pod.node.at(&["affinity", kind]) else { continue };
        let required = items(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"));
        let preferred = items(affinity.get("preferredDuringSchedulingIgnoredDuringExecution"));
        for term in required.chain(preferred.filter_map(|weighted| weighted.get("podAffinityTerm"))) {
            judge(term, "this affinity term", context);
        }
    }
}

fn items(list: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    list.into_iter().flat_map(Node::items).filter(|item| item.is_mapping())
}

fn judge(term: Node<'_>, what: &str, context: &mut Context<'_, '_>) {
    if term.get("labelSelector").is_none() {
        let message = format!("{what} has no `labelSelector` and selects no pods");
        context.report(Place::missing(term, "labelSelector"), message).help("write the labels of the pods that are meant");
    }
}
