use crate::rule::prelude::*;

rule! {
    /// An Ingress for every host.
    ///
    /// Without a host, or with a `*`, the Ingress also answers names that others own.
    ///
    /// **How to fix**: name the host.
    id: "wildcard-ingress-host",
    severity: Info,
    peers: &["kyverno:disallow-empty-ingress-host", "kyverno:restrict-ingress-wildcard", "kyverno:restrict-ingress-defaultbackend", "datree:INGRESS_INCORRECT_HOST_VALUE_PERMISSIVE"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards"],
    profiles: &["strict"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    for rule in spec.get("rules").into_iter().flat_map(Node::items) {
        let host = rule.get("host");
        let open = host.and_then(Node::as_str).is_none_or(|host| host.is_empty() || host.starts_with('*'));
        if open {
            let place = host.map_or_else(|| Place::missing(rule, "host"), Place::Value);
            context.report(place, format!("{} matches every host", object.title())).help("set the host");
        }
    }
    if let Some(node) = spec.get("defaultBackend") {
        context.report(Place::Key(node), format!("{} matches every host", object.title())).help("set the host");
    }
}
