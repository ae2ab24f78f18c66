use crate::rule::prelude::*;

rule! {
    /// A PodDisruptionBudget that never allows an eviction.
    ///
    /// With neither `minAvailable` nor `maxUnavailable` (there is no default), with `maxUnavailable: 0`, `minAvailable` at
    /// 100 %, or `minAvailable` as high as the number of pods (or as the floor of their autoscaler), the eviction of
    /// every pod is refused: draining a node for an update hangs until someone steps in.
    ///
    /// **How to fix**: use `maxUnavailable: 1`, or raise the number of pods above `minAvailable`.
    id: "budget-blocks-eviction",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:pdb-max-unavailable", "kube-linter:pdb-min-available", "polaris:pdbDisruptionsIsZero",
             "polaris:pdbMinAvailableGreaterThanHPAMinReplicas", "kyverno:pdb-maxunavailable", "kyverno:pdb-minavailable",
             "popeye:901", "kube-score:poddisruptionbudget-has-policy", "kyverno:require-replicas-allow-disruption"],
    references: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
    check: Check::KindInSet(&["policy/PodDisruptionBudget"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    if let Some(node) = spec.get("maxUnavailable").filter(|node| is_zero(*node)) {
        let message = format!("{} allows no evictions", object.title());
        context.report(node, message).help("use `maxUnavailable: 1`").fix(Patch::new().set(node, 1));
    }
    let Some(node) = spec.get("minAvailable") else {
        if spec.get("maxUnavailable").is_none() {
            let message = format!(
                "{} sets neither `minAvailable` nor `maxUnavailable`, so no pod may be evicted",
                object.title()
            );
            let patch = Patch::new().field(spec, &["maxUnavailable"], 1);
            context.report(Place::missing(spec, "maxUnavailable"), message).help("use `maxUnavailable: 1`").fix(patch);
        }
        return;
    };
    if node.as_str() == Some("100%") {
        let message = format!("{} allows no evictions", object.title());
        context.report(node, message).help("use `maxUnavailable: 1`").fix(one_at_a_time(node));
        return;
    }
    let Some(selector) = spec.get("selector") else { return };
    let (set, item) = (context.set, context.item());
    let covered = set.selected_by(selector, item.namespace());
    // Pods of several workloads under one budget are counted together.
    let Some((item, workload)) = covered.first().filter(|_| covered.len() == 1) else { return };
    let Some((count, by)) = pods(set, item, workload) else { return };
    let Some(least) = least(node, count).filter(|least| *least > 0) else { return };
    if item.surroundings.patched(item.object.gvk.kind, "spec.replicas") {
        return;
    }
    if count > 0 && count <= least {
        let pods = if least == 1 { "pod" } else { "pods" };
        let message =
            format!("{} needs {least} {pods}, and {} runs {count}{by}", object.title(), workload.object.title());
        context
            .report(node, message)
            .help("use `maxUnavailable: 1`, or raise the number of pods above `minAvailable`")
            .related(workload.object.place(), "this workload")
            .fix(one_at_a_time(node));
    }
}

/// Lets `maxUnavailable: 1` take the place of `minAvailable`.
fn one_at_a_time(least: Node<'_>) -> Patch {
    Patch::new().rename(least, "maxUnavailable").set(least, 1)
}

/// How many of `count` pods have to stay; a percentage is rounded up, as the disruption controller does.
fn least(node: Node<'_>, count: i64) -> Option<i64> {
    let percent =
        |text: &str| text.strip_suffix('%')?.parse::<i64>().ok().filter(|percent| (0..=100).contains(percent));
    let share =
        || node.as_str().and_then(percent).map(|percent| count.saturating_mul(percent).saturating_add(99) / 100);
    node.as_i64().or_else(share)
}

fn is_zero(node: Node<'_>) -> bool {
    node.as_i64() == Some(0) || matches!(node.as_str(), Some("0" | "0%"))
}

/// The fewest pods that a workload runs, and a word on where that comes from.
fn pods<'t>(set: &ApplySet<'t>, item: &Item<'t>, workload: Workload<'t>) -> Option<(i64, &'static str)> {
    let floor = set.floor_of(item);
    match floor {
        Some(floor) => Some((floor, " at the autoscaler's minimum")),
        None => workload.replica_count().map(|count| (count, "")),
    }
}
