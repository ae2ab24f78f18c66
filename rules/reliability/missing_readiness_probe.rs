use crate::rule::prelude::*;

rule! {
    /// A long-running container without a readiness probe.
    ///
    /// Without a readiness probe a pod counts as ready the moment its process starts: Services send it traffic before it
    /// can answer, and a rolling update goes on although the new version does not work. Pods of Jobs, init containers,
    /// sidecars, helpers that open no port, and pods that no Service calls are not asked for one (where the repository has Services
    /// for other namespaces alone, those that open a port are, and where it has none at all, everyone is).
    ///
    /// **How to fix**: add a `readinessProbe` that asks the container whether it can serve.
    id: "missing-readiness-probe",
    severity: Warning,
    peers: &["popeye:102", "kube-linter:no-readiness-probe", "kube-score:pod-probes", "polaris:readinessProbeMissing",
             "checkov:CKV_K8S_9", "kubescape:C-0018", "kics:readiness_probe_is_not_configured", "kyverno:require-probes",
             "popeye:104", "datree:CONTAINERS_MISSING_READINESSPROBE_KEY"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/"],
    check: Check::ContainerInSet(check),
}

fn check<'t>(container: Container<'t>, context: &mut SetContext<'_, 't>) {
    if container.is_probed() && container.node.get("readinessProbe").is_none() && is_called(container, context) {
        let message = format!("container `{}` has no readiness probe", container.name());
        context
            .report(container.missing("readinessProbe"), message)
            .help("add a `readinessProbe`, so that the container gets traffic only when it can answer");
    }
}

/// Whether a Service calls the pods, or one that the repository does not hold may: where it has Services for other namespaces
/// alone, one that opens no port is called by nobody.
fn is_called<'t>(container: Container<'t>, context: &SetContext<'_, 't>) -> bool {
    let (set, item) = (context.set, context.item());
    if set.may_have_services_in(item.namespace()) {
        return set.is_served(&item);
    }
    !set.may_have_services_in(None) || container.ports().next().is_some()
}
