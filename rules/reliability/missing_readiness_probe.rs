use crate::rule::prelude::*;

rule! {
    /// A container that runs for ever without a readiness probe.
    ///
    /// Without a readiness probe a pod counts as ready the moment its process starts: Services send it traffic before it
    /// can answer, and a rolling update goes on although the new version does not work. Pods of Jobs, init containers,
    /// sidecars and helpers that open no port are not asked for one.
    ///
    /// **How to fix**: add a `readinessProbe` that asks the container whether it can serve.
    id: "missing-readiness-probe",
    severity: Warning,
    peers: &["popeye:102", "kube-linter:no-readiness-probe", "kube-score:pod-probes", "polaris:readinessProbeMissing",
             "checkov:CKV_K8S_9", "kubescape:C-0018", "kics:readiness_probe_is_not_configured", "kyverno:require-probes",
             "popeye:104", "datree:CONTAINERS_MISSING_READINESSPROBE_KEY"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    if container.is_probed() && container.node.get("readinessProbe").is_none() {
        let message = format!("container `{}` has no readiness probe", container.name());
        context
            .report(container.missing("readinessProbe"), message)
            .help("add a `readinessProbe`, so that traffic waits until the container can answer");
    }
}
