use crate::rule::prelude::*;

rule! {
    /// A pod on its host's network.
    ///
    /// The pod sees all traffic of the node, reaches services bound to its loopback address, and no NetworkPolicy
    /// applies to it.
    ///
    /// Info for an agent of its node that is known to need it, such as a network plugin or an exporter, for an ingress
    /// controller, and for the control plane.
    /// So is a DaemonSet with two signs of such an agent (see `host-pid`) or one that mounts what network plugins do (`/etc/cni`,
    /// `/lib/modules`), and a process of a Windows host, which must have it; not in the profile `strict`.
    /// The profiles of published standards make no such exception.
    ///
    /// **How to fix**: remove `hostNetwork`; give the pod a Service or a `hostPort` where it must be reached on the
    /// node.
    id: "host-network",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:host-network", "polaris:hostNetworkSet", "checkov:CKV_K8S_19", "trivy:KSV-0009", "kubescape:C-0041", "kics:shared_host_network_namespace", "kyverno:disallow-host-namespaces", "kubesec:HostNetwork", "datree:CONTAINERS_INCORRECT_HOSTNETWORK_VALUE_TRUE", "semgrep:hostnetwork-pod"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let known = agents::needs(pod, agents::Need::Network);
    let exact = context.is_exact();
    let signs = context.signs(pod);
    // Network plugins have no other network, and neither has a process of a Windows host: the server asks for it there.
    let has_no_other = signs.is_of_networks() || !pss::windows_host_process(pod, context.version).is_empty();
    for violation in pss::host_network(pod, context.version) {
        let message = agents::explained(&violation.message, known);
        let patch = violation.patch();
        let finding =
            context.report(violation.place, message).help("drop `hostNetwork: true`").weighed(signs).fix(patch);
        let finding = finding.excused(known.is_some());
        if has_no_other && !exact {
            finding.at_most(Severity::Info);
        }
    }
}
