use crate::rule::prelude::*;

rule! {
    /// A `*` in the path of an Ingress.
    ///
    /// With `Prefix` and `Exact` a star is a star: the path matches nothing but itself. Only `ImplementationSpecific`
    /// paths of some controllers (AWS, GCE) know wildcards.
    ///
    /// **How to fix**: drop the star: `Prefix` already covers everything below the path.
    id: "wildcard-in-ingress-path",
    severity: Warning,
    peers: &["kyverno:restrict-ingress-paths"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for backend in ingress_backends(object) {
        let Some(path) = backend.path else { continue };
        let literal = matches!(path.str_at("pathType"), Some("Prefix" | "Exact"));
        if let Some(node) = path.get("path").filter(|node| literal && node.as_str().is_some_and(|text| text.contains('*') && !text.contains('('))) {
            context
                .report(node, format!("the `*` in `{}` is taken literally", node.as_str().unwrap_or("")))
                .help("drop the star: `Prefix` covers everything below the path");
        }
    }
}
