use crate::rule::prelude::*;

rule! {
    /// An autoscaler whose target does not exist.
    ///
    /// The HorizontalPodAutoscaler reports `FailedGetScale` forever and scales nothing. Only targets of kinds that a
    /// repository defines itself are checked; what an operator's resource or a Helm release may create is taken into account. The group of
    /// `apiVersion` and `kind` must be one of Kubernetes' own that can be scaled: `extensions/v1beta1` has no Deployment
    /// any more, and KEDA asks for exactly the version that is written.
    ///
    /// **How to fix**: correct `apiVersion`, `kind` and `name` of `scaleTargetRef`, or the namespace: both must be in the same one.
    id: "dangling-hpa-target",
    severity: Warning,
    peers: &["kube-linter:dangling-horizontalpodautoscaler", "kube-score:horizontalpodautoscaler-has-target",
             "kubescape:C-0300", "kics:hpa_targets_invalid_object", "popeye:600"],
    references: &["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/"],
    check: Check::KindInSet(&["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"], check),
}

const CHECKED: &[&str] = &["Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"];

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let (Some(kind), Some(name), Some(target)) =
        (autoscaler.target_kind(), autoscaler.target_name(), autoscaler.target())
    else {
        return;
    };
    let help = "correct `scaleTargetRef`, or the namespace: the target must be in the autoscaler's namespace";
    if let Some(unknown) = apis::unscalable(target, kind, autoscaler.is_keda()) {
        let message = format!("{} cannot scale {}", object.title(), unknown.what);
        let wrong = target.get(unknown.field).or_else(|| target.get("kind"));
        context
            .report(wrong.unwrap_or(target), message)
            .help("write the API group and kind of a resource that can be scaled");
    } else if CHECKED.contains(&kind) && context.is_missing(kind, name) {
        let message = format!("{kind} `{name}`, the target of {}, is not defined in this repository", object.title());
        let place = target.get("name").map_or(Place::Value(target), Place::Value);
        context.report(place, message).help(help).missing(kind, name);
    }
}
