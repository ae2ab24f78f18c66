use crate::rule::prelude::*;

rule! {
    /// An alias for the machine that resolves it.
    ///
    /// A Service of the type ExternalName with `localhost` or a loopback address makes whoever resolves it talk to
    /// itself: an Ingress controller can be tricked into opening its own ports.
    ///
    /// **How to fix**: use the name of a host outside the cluster.
    id: "external-name-localhost",
    severity: Error,
    peers: &["kyverno:disallow-localhost-services"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#externalname"],
    check: Check::Kind(&["Service"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let node = object.spec().and_then(|spec| spec.get("externalName"));
    let local = |name: &str| {
        matches!(name.trim_end_matches('.'), "localhost" | "localhost.localdomain") || name.starts_with("127.")
    };
    if let Some(node) = node.filter(|node| node.as_str().is_some_and(local)) {
        let message = format!("{} is an alias for the machine that resolves it", object.title());
        context.report(node, message).help("use the name of a host outside the cluster");
    }
}
