use crate::rule::prelude::*;

rule! {
    /// A Gateway that only serves plain HTTP.
    ///
    /// None of its listeners ends TLS or passes it through.
    ///
    /// **How to fix**: add a listener with `protocol: HTTPS` and its certificate.
    id: "gateway-without-tls",
    severity: Info,
    references: &["https://gateway-api.sigs.k8s.io/guides/tls/"],
    check: Check::Kind(&["gateway.networking.k8s.io/Gateway"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let listeners: Vec<_> =
        object.spec().and_then(|spec| spec.get("listeners")).into_iter().flat_map(Node::items).collect();
    let secure = listeners.iter().any(|l| !matches!(l.str_at("protocol"), Some("HTTP")));
    if let Some(first) = listeners.first().filter(|_| !secure) {
        let message = format!("{} only serves plain HTTP", object.title());
        context.report(first.get("protocol").unwrap_or(*first), message).help("add a listener with `protocol: HTTPS`");
    }
}
