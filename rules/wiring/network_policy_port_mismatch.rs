use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy that opens a port that its pods do not declare.
    ///
    /// Policies see the container's port, not the Service's: opening 80 for a Service that leads to 8080 opens nothing.
    /// Judged where every selected pod declares ports; a remark, since containers need not declare the ports they open.
    ///
    /// **How to fix**: name the container's port (or its name).
    id: "network-policy-port-mismatch",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
    check: Check::Kind(&["networking.k8s.io/NetworkPolicy"], check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let Some(selector) = spec.get("podSelector").filter(|selector| !selector.is_empty()) else { return };
    let namespace = context.item().namespace();
    let pods: Vec<_> = context.set.selected_by(selector, namespace).filter_map(|(_, w)| w.pod_spec()).collect();
    let declared = |pod: &PodSpec<'_>| pod.long_running().any(|container| container.ports().next().is_some());
    if pods.is_empty() || !pods.iter().all(declared) {
        return;
    }
    let rules = spec.get("ingress").into_iter().flat_map(Node::items);
    for port in rules.filter_map(|rule| rule.get("ports")).flat_map(Node::items) {
        let Some(node) = port.get("port").filter(|_| port.get("endPort").is_none()) else { continue };
        let mut open = pods.iter().flat_map(|pod| pod.long_running()).flat_map(|container| container.ports());
        let matches = |p: Node<'_>| match node.as_str() {
            Some(name) => p.str_at("name") == Some(name),
            None => p.get("containerPort").and_then(Node::as_i64) == node.as_i64(),
        };
        if !open.any(matches) {
            let message = format!("no pod that {} selects declares port `{}`", object.title(), node.raw());
            context.report(node, message).help("name the container's port: policies do not see the Service's");
        }
    }
}
