use crate::rule::prelude::*;

rule! {
    /// A container that takes a port of its host.
    ///
    /// Only one such pod fits on a node, and the port is reachable past every Service and most policies.
    ///
    /// Info for ingress controllers, which take the traffic in, and for a pod on its host's network, whose ports are the host's
    /// anyway (`host-network`). The profiles of published standards make no such exception.
    ///
    /// **How to fix**: use a Service; remove `hostPort`.
    id: "host-port",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kyverno:disallow-host-ports-range", "polaris:hostPortSet", "checkov:CKV_K8S_26", "trivy:KSV-0024", "kubescape:C-0044", "kics:workload_host_port_not_specified", "kyverno:disallow-host-ports", "datree:CONTAINERS_INCORRECT_KEY_HOSTPORT"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let known = agents::needs(pod, agents::Need::Ports);
    let on_host = pod.node.get("hostNetwork").and_then(Node::as_bool) == Some(true);
    for violation in pss::host_port(pod, context.version) {
        let message = agents::explained(&violation.message, known);
        let patch = violation.patch();
        context
            .report(violation.place, message)
            .help("use a Service, and remove `hostPort`")
            .fix(patch)
            .excused(known.is_some() || on_host);
    }
}
