use crate::rule::prelude::*;

rule! {
    /// A capability beyond those that a runtime gives by default.
    ///
    /// Capabilities such as `SYS_ADMIN`, `SYS_MODULE`, `NET_ADMIN` or `SYS_PTRACE` open ways out of the container.
    ///
    /// Info for an agent of its node that is known to need it, such as a network plugin, and for `NET_ADMIN` as the little
    /// that is left of `drop: [ALL]` in a DaemonSet on its host's network; not in the profiles of published standards.
    ///
    /// A container that is privileged has them all: what it adds is not told beside that, but in the profile `strict` and in those of
    /// published standards.
    ///
    /// **How to fix**: remove the capability; where it cannot be done without, keep the pod in a namespace of its own.
    id: "dangerous-capability",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kics:containers_with_sys_admin_capabilities", "polaris:dangerousCapabilities", "checkov:CKV_K8S_25", "checkov:CKV_K8S_39", "trivy:KSV-0005", "trivy:KSV-0022", "trivy:KSV-0120", "kubescape:C-0046", "kics:containers_with_added_capabilities", "kyverno:disallow-capabilities", "kubesec:CapSysAdmin", "datree:CONTAINERS_INVALID_CAPABILITIES_VALUE", "datree:EKS_INVALID_CAPABILITIES_EKS"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let all = context.is_exact();
    for violation in pss::capabilities_baseline(pod, context.version) {
        if !all && is_privileged(&violation.place) {
            continue;
        }
        let patch = violation.patch();
        let of_networks = violation.message.contains("`NET_");
        let need = if of_networks { agents::Need::NetworkCapability } else { agents::Need::Capability };
        let known = agents::needs(pod, need);
        let message = agents::explained(&violation.message, known);
        let little =
            violation.message.contains("`NET_ADMIN`") && is_on_nodes(pod) && is_all_that_is_left(&violation.place);
        context
            .report(violation.place, message)
            .help("remove the capability")
            .fix(patch)
            .excused(known.is_some() || little);
    }
}

/// Whether the container that adds a capability is privileged.
fn is_privileged(place: &Place<'_>) -> bool {
    // From the item over `add` and `capabilities` to the security context.
    let context = above(place, 3);
    context.and_then(|context| context.get("privileged")).and_then(Node::as_bool) == Some(true)
}

/// Whether a pod changes the network of every node.
fn is_on_nodes(pod: PodSpec<'_>) -> bool {
    let on_host = pod.node.get("hostNetwork").and_then(Node::as_bool) == Some(true);
    on_host && pod.workload.kind == WorkloadKind::DaemonSet
}

/// Whether the container that adds a capability drops all others.
fn is_all_that_is_left(place: &Place<'_>) -> bool {
    let dropped = above(place, 2).and_then(|capabilities| capabilities.get("drop"));
    dropped.into_iter().flat_map(Node::items).any(|item| item.as_str() == Some("ALL"))
}

fn above<'t>(place: &Place<'t>, levels: usize) -> Option<Node<'t>> {
    let Place::Value(capability) = place else { return None };
    std::iter::successors(Some(*capability), |node| node.parent()).nth(levels)
}
