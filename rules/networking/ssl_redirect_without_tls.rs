use crate::rule::prelude::*;

rule! {
    /// A redirect to HTTPS on an Ingress without TLS.
    ///
    /// ingress-nginx redirects to HTTPS only where the Ingress has TLS: the annotation does nothing, or with
    /// `force-ssl-redirect` leads to the controller's own certificate.
    ///
    /// **How to fix**: add `spec.tls`, or remove the annotation.
    id: "ssl-redirect-without-tls",
    severity: Warning,
    fix: Some(Applicability::Safe),
    references: &["https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let tls = object.spec().and_then(|spec| spec.get("tls")).is_some_and(|tls| !tls.is_empty());
    let annotations = object.annotations();
    let keys = ["nginx.ingress.kubernetes.io/ssl-redirect", "nginx.ingress.kubernetes.io/force-ssl-redirect"];
    let elsewhere = ["nginx.ingress.kubernetes.io/ssl-passthrough", "alb.ingress.kubernetes.io/certificate-arn"];
    if tls || elsewhere.iter().any(|key| object.annotation(key).is_some()) {
        return;
    }
    for node in keys.iter().filter_map(|key| annotations?.get(key)).filter(|node| node.as_str() == Some("true")) {
        let message = format!("{} redirects to HTTPS but has no TLS", object.title());
        // The one that forces does redirect; the other does nothing.
        let forces = node.entry().is_some_and(|entry| entry.name.ends_with("/force-ssl-redirect"));
        let patch = if forces { Patch::none() } else { Patch::new().prune(node) };
        context.report(node, message).help("add `spec.tls`, or remove the annotation").fix(patch);
    }
}
