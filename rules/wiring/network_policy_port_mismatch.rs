use crate::rule::prelude::*;

rule! {
    /// A NetworkPolicy that opens a port that its pods do not declare.
    ///
    /// Policies see the container's port, not the Service's: opening 80 for a Service that leads to 8080 opens nothing.
    /// Checked where every selected pod declares ports; info, since containers need not declare the ports they open.
    ///
    /// **How to fix**: name the container's port (or its name).
    id: "network-policy-port-mismatch",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/services-networking/network-policies/"],
    check: Check::KindInSet(&["networking.k8s.io/NetworkPolicy"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let Some(selector) = spec.get("podSelector").filter(|selector| !selector.is_empty()) else { return };
    let namespace = context.item().namespace();
    let selected = context.set.selected_by(selector, namespace);
    let open = selected.ports();
    if !open.any || open.undeclared {
        return;
    }
    let rules = spec.get("ingress").into_iter().flat_map(Node::items);
    for port in rules.filter_map(|rule| rule.get("ports")).flat_map(Node::items) {
        let Some(node) = port.get("port").filter(|_| port.get("endPort").is_none()) else { continue };
        let protocol = port.str_at("protocol").unwrap_or("TCP");
        if let Some(other) = node.as_str().and_then(|name| open.speaks_other(name, protocol)) {
            let message = format!(
                "the pods that {} selects declare port `{}` for {other}, not {protocol}",
                object.title(),
                node.raw()
            );
            context.report(node, message).help("a named port must match the protocol of the rule");
            continue;
        }
        let opens = match node.as_str() {
            Some(name) => open.has_name(name),
            None => open.has_number(node.as_i64(), None),
        };
        if !opens {
            let message = format!("none of the pods that {} selects declares port `{}`", object.title(), node.raw());
            context
                .report(node, message)
                .help("use the port of the container: network policies do not see the port of the Service");
        }
    }
}
