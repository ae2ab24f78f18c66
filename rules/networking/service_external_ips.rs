use crate::rule::prelude::*;

rule! {
    /// A Service with external addresses.
    ///
    /// Whoever may write a Service can take over traffic to any address (CVE-2020-8554). Deprecated since 1.36, and to
    /// be removed in 1.43.
    ///
    /// **How to fix**: use a LoadBalancer Service or a Gateway; remove `externalIPs`.
    id: "service-external-ips",
    severity: Warning,
    peers: &["trivy:KSV-0108", "kyverno:restrict-service-external-ips"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#external-ips"],
    check: Check::Kind(&["Service"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(node) = object.spec().and_then(|spec| spec.get("externalIPs")).filter(|list| !list.is_empty()) {
        let message = format!("{} uses external IP addresses", object.title());
        context.report(Place::Key(node), message).help("use a LoadBalancer Service or a Gateway");
    }
}
