use crate::rule::prelude::*;

rule! {
    /// An autoscaler that may start more pods than a team wants to pay for.
    ///
    /// A wrong metric, a retry storm or an attack scales a workload to its ceiling. The ceiling is what bounds the bill and
    /// the load on databases behind it, so it should be a number that somebody has thought of.
    ///
    /// **How to fix**: lower `maxReplicas` to what the cluster and the systems behind can bear, or raise `maximum` in the
    /// configuration of this rule.
    id: "hpa-ceiling-too-high",
    severity: Warning,
    options: &[OptionSpec { name: "maximum", default: OptionValue::Int(20), help: "The highest `maxReplicas` that is acceptable." }],
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
    profiles: &["strict", "seeds"],
    check: Check::Kind(&["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = Autoscaler::of(object).and_then(Autoscaler::max_node) else { return };
    let allowed = context.int("maximum");
    if let Some(max) = node.as_i64().filter(|&max| max > allowed) {
        let message = format!("{} may scale up to {max} pods, more than {allowed}", object.title());
        context.report(node, message).help("lower the ceiling, or raise `maximum` of this rule in `kubevet.yaml`");
    }
}
