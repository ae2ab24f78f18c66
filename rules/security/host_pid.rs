use crate::rule::prelude::*;

rule! {
    /// A pod that sees its host's processes.
    ///
    /// The pod can read the environment of every process of the node, secrets included, and signal them.
    /// A warning for an agent of every node that only looks: a DaemonSet without privileged containers that mounts the host's `/`,
    /// `/proc` or `/sys`, all of them read-only.
    ///
    /// Info for an agent of its node that is known to need it, such as an exporter of the node's figures.
    /// Of other DaemonSets the signs of such an agent are counted: it tolerates every taint or those of control planes, is in
    /// `kube-system` or in a namespace labelled `pod-security.kubernetes.io/enforce: privileged`, has the priority
    /// `system-node-critical`, or mounts what belongs to the kubelet, the runtime, the network plugins or the kernel (`/dev`, `/sys`).
    /// With one it is a warning, with two it is info; the profile `strict` does not count them.
    /// The profiles of published standards make no such exception.
    ///
    /// **How to fix**: remove `hostPID`.
    id: "host-pid",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:host-pid", "polaris:hostPIDSet", "checkov:CKV_K8S_17", "trivy:KSV-0010", "kubescape:C-0038", "kics:shared_host_pid_namespace", "kyverno:disallow-host-namespaces", "kubesec:HostPID", "datree:CONTAINERS_INCORRECT_HOSTPID_VALUE_TRUE", "semgrep:hostpid-pod", "kubescape:C-0275"],
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let of_node = context.item().workload().is_some_and(|workload| workload.kind == WorkloadKind::DaemonSet);
    let looks = of_node && only_looks(pod);
    let known = agents::needs(pod, agents::Need::Processes);
    let signs = context.signs(pod);
    for violation in pss::host_pid(pod, context.version) {
        let message = agents::explained(&violation.message, known);
        let patch = violation.patch();
        let finding = context.report(violation.place, message).help("drop `hostPID: true`").weighed(signs).fix(patch);
        let finding = finding.excused(known.is_some());
        if looks {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Whether a pod only reads what its node tells of itself, as exporters of metrics do.
fn only_looks(pod: PodSpec<'_>) -> bool {
    let told = |volume: &Node<'_>| {
        matches!(volume.at(&["hostPath", "path"]).and_then(Node::as_str), Some("/" | "/proc" | "/sys"))
    };
    let names: Vec<_> = pod.volumes().filter(told).filter_map(|volume| volume.str_at("name")).collect();
    let is_told = |mount: &Node<'_>| mount.str_at("name").is_some_and(|name| names.contains(&name));
    let mut mounts = pod
        .containers()
        .flat_map(|container| container.node.get("volumeMounts"))
        .flat_map(Node::items)
        .filter(is_told)
        .peekable();
    let is_privileged =
        |container: Container<'_>| container.security("privileged").and_then(Node::as_bool) == Some(true);
    mounts.peek().is_some()
        && mounts.all(|mount| mount.get("readOnly").and_then(Node::as_bool) == Some(true))
        && !pod.containers().any(is_privileged)
}
