use crate::rule::prelude::*;

rule! {
    /// An Ingress that names no class.
    ///
    /// Which controller serves it depends on whether the cluster has a default class: it may be none, or two.
    ///
    /// **How to fix**: set `spec.ingressClassName`.
    id: "missing-ingress-class",
    severity: Info,
    peers: &["kyverno:restrict-ingress-classes"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    if spec.get("ingressClassName").is_none() && object.annotation("kubernetes.io/ingress.class").is_none() {
        let message = format!("{} names no class", object.title());
        context.report(Place::missing(spec, "ingressClassName"), message).help("set `spec.ingressClassName`");
    }
}
