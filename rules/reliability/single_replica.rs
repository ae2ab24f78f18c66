use crate::rule::prelude::*;

rule! {
    /// A workload with a single pod.
    ///
    /// With one pod, every update of a node, every crash and every eviction is an outage. Info, since environments for
    /// tests and controllers that elect a leader do without. Not reported where an autoscaler sets the number (it has rules of its
    /// own) or a kustomization patches it, where it is zero, and where a second pod could not run: a Deployment with the
    /// strategy `Recreate`, or one that mounts a claim which only one node may use.
    ///
    /// **How to fix**: set `spec.replicas` to at least 2, or let an autoscaler set it.
    id: "single-replica",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    options: &[OptionSpec { name: "minimum", default: OptionValue::Int(2), help: "The smallest number of replicas that is acceptable." }],
    peers: &["kube-linter:minimum-three-replicas", "kube-score:deployment-replicas", "polaris:deploymentMissingReplicas",
             "kyverno:require-deployments-have-multiple-replicas", "datree:DEPLOYMENT_INCORRECT_REPLICAS_VALUE"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/"],
    check: Check::WorkloadInSet(check),
}

fn check<'t>(workload: Workload<'t>, context: &mut SetContext<'_, 't>) {
    use WorkloadKind as W;
    let minimum = context.int("minimum");
    let Some(count) = workload.replica_count().filter(|&count| count > 0 && count < minimum) else { return };
    let scaled = matches!(workload.kind, W::Deployment | W::StatefulSet | W::Rollout | W::DeploymentConfig);
    if !scaled || is_bound_to_one(workload) {
        return;
    }
    let item = context.item();
    let patched = item.surroundings.patched(workload.object.gvk.kind, "spec.replicas");
    if patched || context.set.autoscalers_of(&item).next().is_some() {
        return;
    }
    let place = workload.replicas().map_or_else(|| workload.object.missing_in_spec("replicas"), Place::Value);
    let pods = if count == 1 { "a single pod".to_owned() } else { format!("only {count} pods") };
    let message = format!("{} runs {pods}", workload.object.title());
    let help = format!("set `spec.replicas` to at least {minimum}, or let an autoscaler set it");
    let spec = workload.object.spec().filter(|_| workload.kind == W::Deployment);
    let patch = spec.map_or_else(Patch::none, |spec| Patch::new().field(spec, &["replicas"], minimum));
    context.report(place, message).help(help).fix(patch);
}

/// Whether a second pod could not run beside the first.
fn is_bound_to_one(workload: Workload<'_>) -> bool {
    let recreate = workload.object.root.at(&["spec", "strategy", "type"]).and_then(Node::as_str) == Some("Recreate");
    let claims = workload.pod_spec().is_some_and(|pod| pod.volumes().any(|v| v.get("persistentVolumeClaim").is_some()));
    workload.kind == WorkloadKind::Deployment && (recreate || claims)
}
