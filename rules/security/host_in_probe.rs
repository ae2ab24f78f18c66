use crate::rule::prelude::*;

rule! {
    /// A probe or hook that is sent to another host.
    ///
    /// The kubelet sends probes from the node: with `host` a pod can make it call any address it reaches. The Pod
    /// Security Standards forbid it since 1.34.
    ///
    /// **How to fix**: drop `host`, so that the pod itself is asked; set the `Host` header under `httpHeaders` where
    /// it is needed. A pod on its host's network may name the loopback address.
    id: "host-in-probe",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/security/pod-security-standards/"],
    profiles: &["default", "seeds", "pss-baseline", "pss-restricted", "nsa", "cis"],
    check: Check::PodSpec(check),
}

/// The host itself, which is the pod where it uses its host's network.
const LOOPBACK: &[&str] = &["localhost", "127.0.0.1", "::1"];

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    let of_node = pod.node.get("hostNetwork").and_then(Node::as_bool) == Some(true);
    let own = |host: &Place<'_>| matches!(host, Place::Value(node) if LOOPBACK.contains(&node.as_str().unwrap_or("")));
    for violation in pss::probe_host(pod, context.version).into_iter().filter(|found| !(of_node && own(&found.place))) {
        let patch = violation.patch();
        context.report(violation.place, violation.message).help("remove `host`, or set a `Host` header").fix(patch);
    }
}
