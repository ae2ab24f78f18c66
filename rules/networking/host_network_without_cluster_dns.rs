use crate::rule::prelude::*;

rule! {
    /// A pod on its host's network that cannot resolve Services.
    ///
    /// With `hostNetwork` the policy `ClusterFirst`, which is also the default, falls back to the node's own DNS: names
    /// of Services do not resolve. Reported where a variable or argument names one.
    ///
    /// **How to fix**: set `dnsPolicy: ClusterFirstWithHostNet`.
    id: "host-network-without-cluster-dns",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    references: &["https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = pod.node.get("hostNetwork").filter(|node| node.as_bool() == Some(true)) else { return };
    let policy = pod.node.get("dnsPolicy");
    let texts = pod.containers().flat_map(|container| {
        let arguments =
            ["command", "args"].into_iter().filter_map(move |field| container.node.get(field)).flat_map(Node::items);
        arguments.chain(container.env().filter_map(|env| env.get("value"))).filter_map(Node::as_str)
    });
    let names = texts.flat_map(|text| hosts::qualified(text).into_iter().map(|host| host.name)).next();
    if let (Some(name), None | Some("ClusterFirst")) = (names, policy.and_then(Node::as_str)) {
        let message = format!("the pod uses the host network and cannot resolve `{name}`");
        let patch = Patch::new().field(pod.node, &["dnsPolicy"], "ClusterFirstWithHostNet");
        context.report(policy.unwrap_or(node), message).help("set `dnsPolicy: ClusterFirstWithHostNet`").fix(patch);
    }
}
