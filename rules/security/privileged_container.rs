use crate::rule::prelude::*;

rule! {
    /// A privileged container.
    ///
    /// A privileged container has every capability and all devices of the node: it is root on the node.
    ///
    /// Info for an agent of its node that is known to need it, such as a network plugin or a storage driver.
    /// A DaemonSet with signs of such an agent (see `host-pid`) is a warning with one of them, info with two; not in the profile `strict`.
    /// A warning for an init container that sets the node's sysctls (Elasticsearch asks for `vm.max_map_count`), and for a Job that runs once.
    /// The profiles of published standards make no such exception.
    ///
    /// **How to fix**: remove `privileged`, and add the one capability that is needed, or use a device plugin.
    id: "privileged-container",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:privileged-container", "kube-score:container-security-context-privileged", "polaris:runAsPrivileged", "checkov:CKV_K8S_16", "trivy:KSV-0017", "kubescape:C-0057", "kics:container_is_privileged", "kyverno:disallow-privileged-containers", "kubesec:Privileged", "datree:CONTAINERS_INCORRECT_PRIVILEGED_VALUE_TRUE", "semgrep:privileged-container"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let known = agents::needs(pod, agents::Need::Privileged);
    let signs = context.signs(pod);
    for violation in pss::privileged(pod, context.version) {
        let message = agents::explained(&violation.message, known);
        let patch = violation.patch();
        let brief = pod.workload.kind == WorkloadKind::Job || sets_sysctls(pod, &violation.place);
        let finding =
            context.report(violation.place, message).help("drop `privileged: true`").weighed(signs).fix(patch);
        finding.lessened(brief).excused(known.is_some());
    }
}

/// Whether the container that is privileged starts before the others, and does nothing but set the node's sysctls.
fn sets_sysctls(pod: PodSpec<'_>, place: &Place<'_>) -> bool {
    let mut own = pod.containers().filter(|container| container.role == Role::Init);
    let Place::Value(privileged) = place else { return false };
    let own = own.find(|container| container.own_security("privileged") == Some(*privileged));
    let words = |field: &str| own.and_then(|container| container.node.get(field)).into_iter().flat_map(Node::items);
    words("command").chain(words("args")).filter_map(Node::as_str).any(|text| text.contains("sysctl"))
}
