use crate::rule::prelude::*;

rule! {
    /// An affinity term or spread constraint without a `labelSelector`.
    ///
    /// It selects no pods, so that it does nothing: nothing is spread, kept apart or brought together. (An empty selector,
    /// `{}`, selects all.)
    ///
    /// **How to fix**: set the labels of the pods to select.
    id: "missing-term-selector",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    for constraint in items(pod.node.get("topologySpreadConstraints")) {
        check_one(constraint, "this spread constraint", own_pods(pod), context);
    }
    for kind in ["podAffinity", "podAntiAffinity"] {
        let Some(affinity) = pod.node.at(&["affinity", kind]) else { continue };
        let required = items(affinity.get("requiredDuringSchedulingIgnoredDuringExecution"));
        let preferred = items(affinity.get("preferredDuringSchedulingIgnoredDuringExecution"));
        for term in required.chain(preferred.filter_map(|weighted| weighted.get("podAffinityTerm"))) {
            // Pods are kept apart from their like; whom they should be near to, only the author knows.
            let labels = own_pods(pod).filter(|_| kind == "podAntiAffinity");
            check_one(term, "this affinity term", labels, context);
        }
    }
}

fn items(list: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    list.into_iter().flat_map(Node::items).filter(|item| item.is_mapping())
}

/// The labels by which the workload selects its own pods.
fn own_pods(pod: PodSpec<'_>) -> Option<Node<'_>> {
    pod.workload.object.root.at(&["spec", "selector", "matchLabels"]).filter(|labels| !labels.is_empty())
}

fn check_one(term: Node<'_>, what: &str, labels: Option<Node<'_>>, context: &mut Context<'_, '_>) {
    if term.get("labelSelector").is_none() {
        let message = format!("{what} has no `labelSelector` and selects no pods");
        let labels = labels.and_then(value_of);
        let patch = labels
            .map_or_else(Patch::none, |labels| Patch::new().field(term, &["labelSelector", "matchLabels"], labels));
        let place = Place::missing(term, "labelSelector");
        context.report(place, message).help("set the labels of the pods to select").fix(patch);
    }
}
