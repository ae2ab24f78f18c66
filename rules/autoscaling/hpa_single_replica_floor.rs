use crate::rule::prelude::*;

rule! {
    /// An autoscaler that may go down to a single pod.
    ///
    /// With `minReplicas: 1`, which is also the default, a quiet hour leaves one pod: its next eviction or crash is an
    /// outage, and the first load of the morning meets it alone. A minimum of 0 is assumed to be intentional. Info where nothing
    /// else says that there have to be more: the workload asks for several replicas, or has a PodDisruptionBudget.
    ///
    /// **How to fix**: set `minReplicas` to at least 2.
    id: "hpa-single-replica-floor",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    options: &[OptionSpec { name: "minimum", default: OptionValue::Int(2), help: "The lowest `minReplicas` that is acceptable." }],
    peers: &["kube-linter:hpa-minimum-three-replicas", "kube-score:horizontalpodautoscaler-replicas",
             "polaris:hpaMinAvailability", "datree:HPA_MISSING_MINREPLICAS_KEY"],
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
    check: Check::KindInSet(&["autoscaling/HorizontalPodAutoscaler"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let minimum = context.int("minimum");
    let Some(min) = autoscaler.min().filter(|&min| min > 0 && min < minimum) else { return };
    let place = autoscaler.min_node().map_or_else(|| object.missing_in_spec("minReplicas"), Place::Value);
    let what = if min == 1 { "a single pod".to_owned() } else { format!("{min} pods") };
    let message = format!("{} may scale down to {what}", object.title());
    // The floor must not rise above the ceiling.
    let fits = autoscaler.max().is_some_and(|max| max >= minimum);
    let patch = if fits { Patch::new().put(&place, minimum) } else { Patch::none() };
    let (set, item) = (context.set, context.item());
    let several = |workload: Workload<'t>| {
        workload.object.spec().and_then(|spec| spec.get("replicas")).and_then(Node::as_i64).is_some_and(|own| own > min)
    };
    let contradicted =
        set.targets_of(&item, autoscaler).any(|(item, workload)| several(workload) || set.has_budget(item));
    let finding = context.report(place, message).help(format!("set `minReplicas` to at least {minimum}")).fix(patch);
    if !contradicted {
        finding.at_most(Severity::Info);
    }
}
