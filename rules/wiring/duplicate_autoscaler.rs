use crate::rule::prelude::*;

rule! {
    /// A workload that two autoscalers scale.
    ///
    /// They work against each other: each sets the number of pods to what it computes, over and over.
    ///
    /// **How to fix**: keep one autoscaler and give it both metrics.
    id: "duplicate-autoscaler",
    severity: Error,
    peers: &["kyverno:prevent-duplicate-hpa", "kyverno:prevent-duplicate-vpa"],
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let (set, item) = (context.set, context.item());
    // Copies of one autoscaler in several folders are alternatives.
    for [first, second] in set.two_autoscalers_of(&item) {
        let names = (first.name().unwrap_or("?"), second.name().unwrap_or("?"));
        let message =
            format!("{} is scaled by two autoscalers, `{}` and `{}`", workload.object.title(), names.0, names.1);
        context
            .report(workload.object.place(), message)
            .help("keep one autoscaler and give it both metrics")
            .related(first.object.place(), "one")
            .related(second.object.place(), "the other");
    }
}
