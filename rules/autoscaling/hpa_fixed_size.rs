use crate::rule::prelude::*;

rule! {
    /// An autoscaler whose bounds are equal.
    ///
    /// With `minReplicas` equal to `maxReplicas` nothing is ever scaled: the object only looks as if it did.
    ///
    /// **How to fix**: raise `maxReplicas`, or remove the autoscaler and set `spec.replicas` of the workload.
    id: "hpa-fixed-size",
    severity: Warning,
    peers: &["polaris:hpaMaxAvailability"],
    references: &["https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/"],
    check: Check::Kind(&["autoscaling/HorizontalPodAutoscaler", "keda.sh/ScaledObject"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(autoscaler) = Autoscaler::of(object) else { return };
    let (Some(node), Some(max)) = (autoscaler.max_node(), autoscaler.max()) else { return };
    if autoscaler.min() == Some(max) {
        let message = format!(
            "{} can only run {max} {}: `minReplicas` and `maxReplicas` are equal",
            object.title(),
            if max == 1 { "pod" } else { "pods" }
        );
        context.report(node, message).help("raise `maxReplicas` above `minReplicas`");
    }
}
