use crate::rule::prelude::*;

rule! {
    /// A Certificate (or an Ingress) whose issuer does not exist.
    ///
    /// cert-manager waits for the issuer, and the TLS Secret is never created. Checked where the repository defines issuers of
    /// that kind.
    ///
    /// **How to fix**: correct `issuerRef` (its `kind` is `Issuer` unless it says `ClusterIssuer`), or the annotation.
    id: "dangling-issuer-reference",
    severity: Warning,
    references: &["https://cert-manager.io/docs/configuration/issuers/"],
    check: Check::KindInSet(&["cert-manager.io/Certificate", "networking.k8s.io/Ingress", "gateway.networking.k8s.io/Gateway"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let mut wanted = Vec::new();
    if let Some(reference) = object.root.at(&["spec", "issuerRef"]).filter(|_| object.gvk.kind == "Certificate") {
        let own_group = reference.str_at("group").is_none_or(|group| group == "cert-manager.io");
        wanted.extend(
            reference
                .get("name")
                .filter(|_| own_group)
                .map(|node| (reference.str_at("kind").unwrap_or("Issuer"), node)),
        );
    }
    let annotations = object.annotations();
    for (key, kind) in [("cert-manager.io/issuer", "Issuer"), ("cert-manager.io/cluster-issuer", "ClusterIssuer")] {
        wanted.extend(annotations.and_then(|map| map.get(key)).map(|node| (kind, node)));
    }
    for (kind, node) in wanted {
        let Some(name) = node.as_str() else { continue };
        let namespace = if kind == "Issuer" { context.item().namespace() } else { None };
        if context.set.lacks("cert-manager.io", kind, name, namespace) {
            let message = format!("{kind} `{name}` is not defined in this repository");
            let help = "correct the name or the kind of the issuer, or add it";
            context.report(node, message).help(help).missing(kind, name);
        }
    }
}
