use crate::rule::prelude::*;

rule! {
    /// Pods that more than one PodDisruptionBudget covers.
    ///
    /// The eviction API refuses to evict such a pod at all (`This pod has more than one PodDisruptionBudget`), and every
    /// drain of its node hangs.
    ///
    /// **How to fix**: keep one budget, or make the selectors disjoint.
    id: "overlapping-budgets",
    severity: Error,
    peers: &["popeye:209"],
    references: &["https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-budgets"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let (set, item) = (context.set, context.item());
    // Copies of one budget in several folders are alternatives.
    if let Some([first, second]) = set.two_budgets_of(&item) {
        let names = (first.name().unwrap_or("?"), second.name().unwrap_or("?"));
        let message = format!(
            "the pods of {} are covered by two PodDisruptionBudgets, `{}` and `{}`",
            workload.object.title(),
            names.0,
            names.1
        );
        context
            .report(workload.object.place(), message)
            .help("keep one: pods with two budgets cannot be evicted at all")
            .related(first.object.place(), "one")
            .related(second.object.place(), "the other");
    }
}
