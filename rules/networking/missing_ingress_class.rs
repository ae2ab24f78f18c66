use crate::rule::prelude::*;

rule! {
    /// An Ingress without a class, or with one that is not allowed.
    ///
    /// Which controller serves it depends on whether the cluster has a default class: it may be served by none, or by two.
    ///
    /// **How to fix**: set `spec.ingressClassName`.
    id: "missing-ingress-class",
    severity: Info,
    options: &[OptionSpec {
        name: "allowed",
        default: OptionValue::Strings(&[]),
        help: "Classes that are allowed; if empty, all are.",
    }],
    peers: &["kyverno:restrict-ingress-classes"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let annotation =
        object.metadata().and_then(|metadata| metadata.at(&["annotations", "kubernetes.io/ingress.class"]));
    let Some(class) = spec.get("ingressClassName").or(annotation) else {
        let message = format!("{} has no Ingress class", object.title());
        context.report(Place::missing(spec, "ingressClassName"), message).help("set `spec.ingressClassName`");
        return;
    };
    let allowed = context.strings("allowed");
    if !allowed.is_empty() && !class.as_str().is_some_and(|name| allowed.contains(&name)) {
        let message = format!("{} has an Ingress class that is not allowed", object.title());
        context.report(class, message).help(format!("use one of {}", allowed.join(", ")));
    }
}
