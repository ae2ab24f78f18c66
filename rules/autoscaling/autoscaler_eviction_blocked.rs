use crate::rule::prelude::*;

rule! {
    /// A pod that keeps its node from being scaled down.
    ///
    /// `cluster-autoscaler.kubernetes.io/safe-to-evict: "false"` (or Karpenter's `do-not-disrupt`) pins the node for as long
    /// as the pod runs: for a workload that runs forever, that is forever. Jobs are not reported.
    ///
    /// **How to fix**: remove the annotation, and protect the workload with a PodDisruptionBudget.
    id: "autoscaler-eviction-blocked",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md"],
    check: Check::PodSpec(check),
}

const BLOCKING: &[(&str, &str)] = &[
    ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"),
    ("karpenter.sh/do-not-disrupt", "true"),
    ("karpenter.sh/do-not-evict", "true"),
];

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let Some(annotations) = pod.workload.template().and_then(|t| t.at(&["metadata", "annotations"])) else { return };
    if !pod.runs_for_ever() {
        return;
    }
    for (key, value) in BLOCKING {
        if let Some(node) = annotations.get(key).filter(|node| node.as_str() == Some(value)) {
            let message = format!(
                "the pods of {} keep their nodes from being removed by the cluster autoscaler",
                pod.workload.object.title()
            );
            let help = "remove the annotation, and use a PodDisruptionBudget";
            context.report(node, message).help(help).fix(Patch::new().prune(node));
        }
    }
}
