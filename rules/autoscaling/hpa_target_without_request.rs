use crate::rule::prelude::*;

rule! {
    /// An autoscaler on utilization whose pods have no request to measure against.
    ///
    /// `averageUtilization` is a share of the request. As soon as one container of the pod lacks the request, the
    /// autoscaler reports `FailedGetResourceMetric` and does not scale at all. Requests also come from limits, from the
    /// pod's own `resources`, from a LimitRange, or from a VerticalPodAutoscaler.
    ///
    /// **How to fix**: give every container of the target a request for that resource, or use `averageValue`.
    id: "hpa-target-without-request",
    severity: Error,
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work"],
    check: Check::KindInSet(&["autoscaling/HorizontalPodAutoscaler"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let (item, set) = (context.item(), context.set);
    for metric in metrics(autoscaler.spec) {
        // Where several objects may be the target, one that has its requests is enough to stay silent.
        let find = || {
            let mut targets = set.targets_of(&item, autoscaler);
            let first = targets.clone().next().map(|(target, _)| target.index);
            first.filter(|_| targets.all(|(target, workload)| lacks(set, target, workload, &metric).is_some()))
        };
        // Many may scale one target, or one of many.
        let target = (autoscaler.target_kind(), autoscaler.target_name(), item.namespace());
        let question = format!("hpa-target-without-request {target:?} {} {:?}", metric.resource, metric.container);
        let Some(target) = set.remember_item(question, find).map(|index| &set.items()[index as usize]) else {
            continue;
        };
        let Some(workload) = target.workload() else { continue };
        let Some(container) = lacks(set, target, workload, &metric) else { continue };
        let message = format!(
            "{} measures {} utilization, but container `{}` of {} has no {} request",
            object.title(),
            metric.resource,
            container.name(),
            workload.object.title(),
            metric.resource
        );
        context
            .report(metric.place, message)
            .help(format!("set `resources.requests.{}` on every container of the target", metric.resource))
            .related(container.node, "this container");
    }
}

/// A metric that is a share of a request.
struct Metric<'t> {
    resource: &'t str,
    container: Option<&'t str>,
    place: Place<'t>,
}

fn metrics(spec: Node<'_>) -> Vec<Metric<'_>> {
    if let Some(node) = spec.get("targetCPUUtilizationPercentage") {
        return vec![Metric { resource: "cpu", container: None, place: Place::Value(node) }];
    }
    let Some(list) = spec.get("metrics").filter(|list| !list.is_empty()) else {
        // Without metrics the server fills in 80 % of CPU.
        return vec![Metric { resource: "cpu", container: None, place: Place::Value(spec) }];
    };
    list.items().filter_map(utilization).collect()
}

fn utilization(metric: Node<'_>) -> Option<Metric<'_>> {
    let source = metric.get("resource").or_else(|| metric.get("containerResource"))?;
    let old = source.get("targetAverageUtilization");
    let share = old.or_else(|| source.at(&["target", "averageUtilization"]))?;
    let resource = source.str_at("name").filter(|name| matches!(*name, "cpu" | "memory"))?;
    Some(Metric { resource, container: source.str_at("container"), place: Place::Value(share) })
}

/// The first container of the target that has no request for the metric's resource.
fn lacks<'t>(
    set: &ApplySet<'t>,
    item: &Item<'t>,
    workload: Workload<'t>,
    metric: &Metric<'_>,
) -> Option<Container<'t>> {
    if set.is_sized(item) {
        return None;
    }
    let mut measured =
        workload.pod_spec()?.long_running().filter(|c| metric.container.is_none_or(|name| c.name() == name));
    measured.find(|&container| set.effective_request(item, container, metric.resource).is_none())
}
