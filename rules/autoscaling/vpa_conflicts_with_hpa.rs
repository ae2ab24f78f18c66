use crate::rule::prelude::*;

rule! {
    /// A workload that is sized and scaled by the same resource.
    ///
    /// A VerticalPodAutoscaler that changes requests for CPU or memory, and a HorizontalPodAutoscaler that measures against
    /// these requests, chase each other.
    ///
    /// **How to fix**: set `updateMode: "Off"` on the former, leave the resource out of `controlledResources`, or scale on
    /// another metric.
    id: "vpa-conflicts-with-hpa",
    severity: Warning,
    references: &["https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler"],
    check: Check::KindInSet(&["autoscaling.k8s.io/VerticalPodAutoscaler"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let off = spec.get("updatePolicy").and_then(|policy| policy.str_at("updateMode")) == Some("Off");
    let Some((kind, name)) = spec.get("targetRef").and_then(|t| Some((t.str_at("kind")?, t.str_at("name")?))) else {
        return;
    };
    if off || spec.at(&["resourcePolicy", "containerPolicies"]).is_some() {
        return;
    }
    let (set, item) = (context.set, context.item());
    // Many may size one target, or one of many.
    let question = format!("vpa-conflicts-with-hpa {:?}", (kind, name, item.namespace()));
    let by_resource = set.remember_item(question, || {
        let scaled = set.named(kind, name, item.namespace()).flat_map(|target| set.own_autoscalers_of(target));
        let mut by_resource = scaled.filter(|(_, autoscaler)| {
            let metrics = autoscaler.spec.get("metrics").into_iter().flat_map(Node::items);
            let mut types = metrics.filter_map(|metric| metric.str_at("type"));
            autoscaler.spec.get("targetCPUUtilizationPercentage").is_some() || types.any(|kind| kind == "Resource")
        });
        by_resource.next().map(|(by, _)| by.index)
    });
    if let Some(by) = by_resource.map(|index| &set.items()[index as usize]) {
        let message =
            format!("{} and {} act on the same resource of the same workload", object.title(), by.object.title());
        context
            .report(object.place(), message)
            .help("set `updateMode: \"Off\"`, or scale on another metric")
            .related(by.object.place(), "scaled here");
    }
}
