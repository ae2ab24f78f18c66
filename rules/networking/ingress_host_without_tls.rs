use std::collections::HashSet;

use crate::rule::prelude::*;

rule! {
    /// An Ingress host without a TLS entry.
    ///
    /// The host is served with the controller's own certificate, or without TLS.
    ///
    /// **How to fix**: add the host to `spec.tls[].hosts`.
    id: "ingress-host-without-tls",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kyverno:ingress-host-match-tls"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let tls: Vec<_> = spec.get("tls").into_iter().flat_map(Node::items).collect();
    // An entry without hosts covers whatever its certificate covers.
    if tls.is_empty() || tls.iter().any(|entry| entry.get("hosts").is_none_or(Node::is_empty)) {
        return;
    }
    let covered: HashSet<&str> = tls
        .iter()
        .flat_map(|entry| entry.get("hosts").into_iter().flat_map(Node::items))
        .filter_map(Node::as_str)
        .collect();
    for rule in spec.get("rules").into_iter().flat_map(Node::items) {
        let Some(node) = rule.get("host") else { continue };
        let Some(host) = node.as_str() else { continue };
        let wildcard = host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
        if !covered.contains(host) && !wildcard.is_some_and(|wildcard| covered.contains(&*wildcard)) {
            // With several certificates it is the author's choice.
            let patch = match tls.as_slice() {
                [only] => only.get("hosts").map_or_else(Patch::none, |hosts| Patch::new().push(hosts, host)),
                _ => Patch::none(),
            };
            let message = format!("no TLS entry covers the host `{host}`");
            context.report(node, message).help("add the host to `spec.tls[].hosts`").fix(patch);
        }
    }
}
