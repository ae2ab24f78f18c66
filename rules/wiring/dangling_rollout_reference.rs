use crate::rule::prelude::*;

rule! {
    /// A Rollout whose Service or AnalysisTemplate does not exist.
    ///
    /// Argo Rollouts refuses to go on: the Rollout becomes `InvalidSpec`. Stable and canary (or active and preview) Services
    /// and the templates of its analyses are looked for in the namespace.
    ///
    /// **How to fix**: correct the name, or add the Service or AnalysisTemplate.
    id: "dangling-rollout-reference",
    severity: Error,
    references: &["https://argo-rollouts.readthedocs.io/en/stable/features/specification/"],
    check: Check::KindInSet(&["argoproj.io/Rollout"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(strategy) = object.root.at(&["spec", "strategy"]) else { return };
    let services = [
        ("canary", "stableService"),
        ("canary", "canaryService"),
        ("blueGreen", "activeService"),
        ("blueGreen", "previewService"),
    ];
    for node in services.into_iter().filter_map(|(kind, field)| strategy.at(&[kind, field])) {
        report("Service", node, context);
    }
    let canary = strategy.get("canary");
    let steps =
        canary.and_then(|c| c.get("steps")).into_iter().flat_map(Node::items).filter_map(|step| step.get("analysis"));
    let blue = ["prePromotionAnalysis", "postPromotionAnalysis"]
        .into_iter()
        .filter_map(|field| strategy.at(&["blueGreen", field]));
    for analysis in steps.chain(canary.and_then(|c| c.get("analysis"))).chain(blue) {
        for template in analysis.get("templates").into_iter().flat_map(Node::items) {
            let cluster = template.get("clusterScope").and_then(Node::as_bool) == Some(true);
            let kind = if cluster { "ClusterAnalysisTemplate" } else { "AnalysisTemplate" };
            template.get("templateName").into_iter().for_each(|node| report(kind, node, context));
        }
    }
}

fn report<'t>(kind: &str, node: Node<'t>, context: &mut SetContext<'_, 't>) {
    if let Some(name) = node.as_str().filter(|name| context.is_missing(kind, name)) {
        let message = format!("{kind} `{name}`, which this Rollout refers to, is not defined in this repository");
        context.report(node, message).help("correct the name, or add it").missing(kind, name);
    }
}
