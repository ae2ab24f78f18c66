use crate::rule::prelude::*;

rule! {
    /// An Ingress that names no class, or one that is not allowed.
    ///
    /// Which controller serves it depends on whether the cluster has a default class: it may be none, or two.
    ///
    /// **How to fix**: set `spec.ingressClassName`.
    id: "missing-ingress-class",
    severity: Info,
    options: &[OptionSpec {
        name: "allowed",
        default: OptionValue::Strings(&[]),
        help: "Classes that may be used; any where the list is empty.",
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
        let message = format!("{} names no class", object.title());
        context.report(Place::missing(spec, "ingressClassName"), message).help("set `spec.ingressClassName`");
        return;
    };
    let allowed = context.strings("allowed");
    if !allowed.is_empty() && !class.as_str().is_some_and(|name| allowed.contains(&name)) {
        let message = format!("{} has a class that is not allowed", object.title());
        context.report(class, message).help(format!("use one of {}", allowed.join(", ")));
    }
}
