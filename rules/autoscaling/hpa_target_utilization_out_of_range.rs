use crate::rule::prelude::*;

rule! {
    /// An autoscaler whose target utilization is too high or too low.
    ///
    /// Above 90 % of the request new pods arrive when the old ones are already full; below 30 % most of what is asked for sits
    /// idle. Requests far below the limit make higher values sensible, which is why this is only info.
    ///
    /// **How to fix**: use a target of 70 to 80 % of CPU.
    id: "hpa-target-utilization-out-of-range",
    severity: Info,
    options: &[
        OptionSpec { name: "minimum", default: OptionValue::Int(30), help: "The lowest acceptable target, in percent." },
        OptionSpec { name: "maximum", default: OptionValue::Int(90), help: "The highest acceptable target, in percent." },
    ],
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details"],
    check: Check::Kind(&["autoscaling/HorizontalPodAutoscaler"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let metrics = spec.get("metrics").into_iter().flat_map(Node::items);
    let sources = metrics.filter_map(|metric| metric.get("resource").or_else(|| metric.get("containerResource")));
    let targets =
        sources.filter_map(|s| s.at(&["target", "averageUtilization"]).or_else(|| s.get("targetAverageUtilization")));
    let (low, high) = (context.int("minimum"), context.int("maximum"));
    for node in targets.chain(spec.get("targetCPUUtilizationPercentage")) {
        if let Some(share) = node.as_i64().filter(|share| !(low..=high).contains(share)) {
            let message = format!("{} targets {share} % of the request", object.title());
            context.report(node, message).help("use a target of 70 to 80 %");
        }
    }
}
