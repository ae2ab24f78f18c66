use crate::rule::prelude::*;

rule! {
    /// A spread constraint or anti-affinity that does not select its own pods.
    ///
    /// Each pod counts only pods that the selector matches: if its own pods are not among them, nothing keeps them apart.
    /// Terms that name other namespaces are meant for other pods and are not checked; an anti-affinity that matches pods of
    /// another workload of the repository may be intentional and is not reported either.
    ///
    /// **How to fix**: change `labelSelector` to match the labels of the pod template.
    id: "spread-misses-own-pods",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-score:pod-topology-spread-constraints", "kube-linter:no-anti-affinity"],
    references: &["https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/#consistency"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let labels = pod.workload.pod_labels();
    for constraint in pod.node.get("topologySpreadConstraints").into_iter().flat_map(Node::items) {
        let Some(selector) = constraint.get("labelSelector").filter(|selector| !selector.is_empty()) else { continue };
        if !selector::selects(selector, labels) {
            let message = format!("this constraint does not select the pods of {} itself", pod.workload.object.title());
            let help = "change `labelSelector` to match the labels of the pod template";
            let own = pod.workload.object.root.at(&["spec", "selector", "matchLabels"]).and_then(value_of);
            let own = own.filter(|_| selector.get("matchExpressions").is_none() && selects_itself(pod.workload));
            let patch = own.map_or_else(Patch::none, |labels| Patch::new().field(selector, &["matchLabels"], labels));
            context.report(Place::Key(selector), message).help(help).fix(patch);
        }
    }
    let Some(anti) = pod.node.at(&["affinity", "podAntiAffinity"]) else { return };
    let required = anti.get("requiredDuringSchedulingIgnoredDuringExecution").into_iter().flat_map(Node::items);
    let preferred = anti.get("preferredDuringSchedulingIgnoredDuringExecution").into_iter().flat_map(Node::items);
    for term in required.chain(preferred.filter_map(|weighted| weighted.get("podAffinityTerm"))) {
        other_namespaces(pod, term, context);
        let elsewhere = term.get("namespaces").is_some() || term.get("namespaceSelector").is_some();
        let Some(selector) = term.get("labelSelector").filter(|selector| !elsewhere && !selector.is_empty()) else {
            continue;
        };
        if !selector::selects(selector, labels) && context.selects_nothing(selector) == Some(Severity::Warning) {
            let message =
                format!("this anti-affinity selects no pods, not even those of {}", pod.workload.object.title());
            context
                .report(Place::Key(selector), message)
                .help("change `labelSelector` to match the labels of the pod template");
        }
    }
}

/// A term that means the pods themselves, by its labels, and looks for them in other namespaces.
fn other_namespaces<'t>(pod: PodSpec<'t>, term: Node<'t>, context: &mut SetContext<'_, 't>) {
    let (Some(list), Some(own)) = (term.get("namespaces").filter(|list| !list.is_empty()), context.item().namespace())
    else {
        return;
    };
    let listed = list.items().any(|name| name.as_str() == Some(own)) || term.get("namespaceSelector").is_some();
    let labels = pod.workload.pod_labels();
    let means_itself = term.get("labelSelector").is_some_and(|s| !s.is_empty() && selector::selects(s, labels));
    if means_itself && !listed {
        let message = format!(
            "this anti-affinity does not cover the pods of {}, which are in namespace `{own}`",
            pod.workload.object.title()
        );
        context.report(list, message).help("add that namespace to `namespaces`, or remove the field");
    }
}

fn selects_itself(workload: Workload<'_>) -> bool {
    workload.object.root.at(&["spec", "selector"]).is_some_and(|own| selector::selects(own, workload.pod_labels()))
}
