use crate::rule::prelude::*;

rule! {
    /// A long-running container without a readiness probe.
    ///
    /// Without a readiness probe a pod counts as ready the moment its process starts: Services send it traffic before it
    /// can answer, and a rolling update goes on although the new version does not work. Pods of Jobs, init containers,
    /// sidecars, helpers that open no port, and pods that no Service calls are not asked for one. Where the repository has no Service
    /// for their namespace, pods that open a port are; it may come from elsewhere. Info for a container that gets its traffic from
    /// another one of its pod, or is called for its figures alone or by Services of other folders that name no namespace, and for the
    /// one pod of a workload that has a startup probe: nothing is sent to it before that has passed, and there is no other to send it
    /// to. Where there is no Service at all, it is info for pods that open no port and for DaemonSets: there a probe paces updates and
    /// no more.
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
    if !container.is_probed() || container.node.get("readinessProbe").is_some() {
        return;
    }
    let called = called(container, context);
    if called == Called::Never {
        return;
    }
    let message = format!("container `{}` has no readiness probe", container.name());
    let behind = context.set.stands_behind(&context.item(), container);
    let starts = container.node.get("startupProbe").is_some_and(|probe| !probe.is_null());
    // It answers probes at a port of its own alone, which is off by default.
    let image = container.image_node().and_then(Node::as_str).map(Image::parse);
    let is_proxy = image.is_some_and(|image| image.is_called("kube-rbac-proxy"));
    let mild = called == Called::Hardly || behind || is_proxy || (starts && is_one(container));
    context
        .report(container.missing("readinessProbe"), message)
        .help("add a `readinessProbe`, so that the container gets traffic only when it can answer")
        .at_most(if mild { Severity::Info } else { Severity::Error });
}

/// Whether the workload has one pod at a time.
fn is_one(container: Container<'_>) -> bool {
    let workload = container.pod.workload;
    let replicas = workload.object.spec().and_then(|spec| spec.get("replicas"));
    workload.kind != WorkloadKind::DaemonSet
        && replicas.is_none_or(|node| node.as_i64().is_some_and(|number| number <= 1))
}

/// Whether traffic comes to a pod through Services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Called {
    Never,
    /// None that waits for its being ready: figures are asked for, or nothing at all.
    Hardly,
    Maybe,
}

/// Whether a Service calls the pods, or one that the repository does not hold may: where it has Services for other namespaces
/// alone, one that opens no port is called by nobody.
fn called<'t>(container: Container<'t>, context: &SetContext<'_, 't>) -> Called {
    let (set, item) = (context.set, context.item());
    if set.may_have_services_in(item.namespace()) {
        return match set.is_served(&item) {
            false => Called::Never,
            true if set.is_served_for_figures(&item) || set.is_served_from_afar(&item) => Called::Hardly,
            true => Called::Maybe,
        };
    }
    let for_figures = |port: Node<'_>| port.str_at("name").is_some_and(|name| name.contains("metrics"));
    let is_open = container.ports().next().is_some();
    let for_work = container.ports().any(|port| !for_figures(port));
    let of_nodes = container.pod.workload.kind == WorkloadKind::DaemonSet;
    match (is_open, set.may_have_services_in(None)) {
        (false, true) => Called::Never,
        (true, _) if !of_nodes && for_work => Called::Maybe,
        _ => Called::Hardly,
    }
}
