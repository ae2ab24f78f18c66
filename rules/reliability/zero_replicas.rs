use crate::rule::prelude::*;

rule! {
    /// A workload that is scaled to zero.
    ///
    /// It runs no pods, but looks as if it did. Workloads that an autoscaler scales are not reported.
    ///
    /// **How to fix**: remove `replicas: 0`, or the workload.
    id: "zero-replicas",
    severity: Info,
    peers: &["popeye:500"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#scaling-a-deployment"],
    profiles: &["strict"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    let scaled = context.set.autoscalers_of(&context.item()).next().is_some();
    if let Some(node) = workload.replicas().filter(|node| node.as_i64() == Some(0) && !scaled) {
        context
            .report(node, format!("{} runs no pods", workload.object.title()))
            .help("remove `replicas: 0`, or the workload");
    }
}
