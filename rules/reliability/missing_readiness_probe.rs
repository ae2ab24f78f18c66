use crate::rule::prelude::*;

rule! {
    /// A long-running container without a readiness probe.
    ///
    /// Without a readiness probe a pod counts as ready the moment its process starts: Services send it traffic before it
    /// can answer, and a rolling update goes on although the new version does not work. Pods of Jobs, init containers,
    /// sidecars, helpers that open no port, and pods that no Service calls are not asked for one (where the repository has Services
    /// for other namespaces alone, those that open a port are, and where it has none at all, everyone is). Info for a container
    /// that gets its traffic from another one of its pod, and for the one pod of a workload that has a startup probe: nothing is
    /// sent to it before that has passed, and there is no other to send it to.
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
        let behind = context.set.stands_behind(&context.item(), container);
        let starts = container.node.get("startupProbe").is_some_and(|probe| !probe.is_null());
        // It answers probes at a port of its own alone, which is off by default.
        let image = container.image_node().and_then(Node::as_str).map(Image::parse);
        let is_proxy = image.is_some_and(|image| image.is_called("kube-rbac-proxy"));
        let mild = behind || is_proxy || (starts && is_one(container));
        context
            .report(container.missing("readinessProbe"), message)
            .help("add a `readinessProbe`, so that the container gets traffic only when it can answer")
            .at_most(if mild { Severity::Info } else { Severity::Error });
    }
}

/// Whether the workload has one pod at a time.
fn is_one(container: Container<'_>) -> bool {
    let workload = container.pod.workload;
    let replicas = workload.object.spec().and_then(|spec| spec.get("replicas"));
    workload.kind != WorkloadKind::DaemonSet
        && replicas.is_none_or(|node| node.as_i64().is_some_and(|number| number <= 1))
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
