use crate::rule::prelude::*;

rule! {
    /// A long-running container without a liveness probe.
    ///
    /// A process that hangs still runs: without a liveness probe nothing restarts it. Pods of Jobs, init containers,
    /// sidecars and helpers that open no port are not asked for one.
    ///
    /// **How to fix**: add a `livenessProbe` that fails only when a restart would help; it should not ask the container's
    /// dependencies.
    id: "missing-liveness-probe",
    severity: Info,
    peers: &["kube-linter:no-liveness-probe", "kube-score:pod-probes", "polaris:livenessProbeMissing",
             "checkov:CKV_K8S_8", "kubescape:C-0056", "kics:liveness_probe_is_not_defined", "kyverno:require-probes",
             "popeye:103", "datree:CONTAINERS_MISSING_LIVENESSPROBE_KEY"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    if container.is_probed() && container.node.get("livenessProbe").is_none() {
        let message = format!("container `{}` has no liveness probe", container.name());
        context
            .report(container.missing("livenessProbe"), message)
            .help("add a `livenessProbe`, so that a hanging process is restarted");
    }
}
