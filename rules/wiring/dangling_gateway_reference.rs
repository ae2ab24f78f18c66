use crate::rule::prelude::*;

rule! {
    /// A route attached to a Gateway that does not exist.
    ///
    /// The route is accepted and never served. Checked where the repository defines Gateways of that API for the namespace
    /// that is named, or one of that name in another; info for a VirtualService where it defines none at all.
    ///
    /// **How to fix**: correct `parentRefs` (or `gateways` of a VirtualService); a Gateway elsewhere needs its namespace.
    id: "dangling-gateway-reference",
    severity: Warning,
    references: &["https://gateway-api.sigs.k8s.io/guides/http-routing/"],
    check: Check::KindInSet(
        &["gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/GRPCRoute", "gateway.networking.k8s.io/TCPRoute",
          "gateway.networking.k8s.io/TLSRoute", "gateway.networking.k8s.io/UDPRoute", "networking.istio.io/VirtualService"],
        check,
    ),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let istio = object.gvk.kind == "VirtualService";
    let list = spec.get(if istio { "gateways" } else { "parentRefs" }).into_iter().flat_map(Node::items);
    for reference in list {
        let named = if istio { of_istio(reference) } else { of_gateway_api(reference) };
        // What a variable stands for is said to be unknown later on.
        let is_known = |name: &str| is_literal(name) || name.contains("${");
        let Some((node, name, namespace)) = named.filter(|(_, name, _)| is_known(name)) else { continue };
        let group = if istio { "networking.istio.io" } else { "gateway.networking.k8s.io" };
        let namespace = namespace.or(context.item().namespace());
        if let Some(other) = elsewhere(context, group, name, namespace) {
            let message = format!(
                "Gateway `{name}`, which this route is attached to, is in namespace `{other}`, not in `{}`",
                namespace.unwrap_or_default()
            );
            context.report(node, message).help(format!("set the namespace of the Gateway: `{other}`"));
        } else if context.set.lacks(group, "Gateway", name, namespace) {
            let message =
                format!("Gateway `{name}`, which this route is attached to, is not defined in this repository");
            context
                .report(node, message)
                .help("correct the name; for a Gateway in another namespace, set `namespace` too");
        } else if istio && is_nowhere(context, name, namespace) {
            let message =
                format!("Gateway `{name}`, which this route is attached to, is not defined in this repository");
            context.report(node, message).help("correct the name, or add the Gateway").at_most(Severity::Info);
        }
    }
}

/// Whether the repository has no Gateways of Istio at all, and nothing that makes one of that name.
fn is_nowhere(context: &SetContext<'_, '_>, name: &str, namespace: Option<&str>) -> bool {
    let set = context.set;
    set.known_of_kind("networking.istio.io", "Gateway").next().is_none()
        && !set.is_external_in("Gateway", name, namespace)
        && !set.may_exist_in("Gateway", name, namespace)
        && !set.is_anywhere("Gateway", name)
}

/// The only namespace in which there is a Gateway of that name, where it is another one than the reference means.
fn elsewhere<'t>(context: &SetContext<'_, 't>, group: &str, name: &str, namespace: Option<&str>) -> Option<&'t str> {
    let wanted = namespace?;
    if context.set.is_external_in("Gateway", name, namespace) {
        return None;
    }
    let named = context.set.named("Gateway", name, None).filter(|item| item.object.gvk.group == group);
    let mut places: Vec<Option<&'t str>> = named.map(|item| item.namespace()).collect();
    places.sort_unstable();
    places.dedup();
    match places[..] {
        [Some(other)] if other != wanted => Some(other),
        _ => None,
    }
}

fn of_istio<'t>(node: Node<'t>) -> Option<(Node<'t>, &'t str, Option<&'t str>)> {
    let text = node.as_str().filter(|name| *name != "mesh" && !name.contains('.'))?;
    match text.split_once('/') {
        Some((namespace, name)) => Some((node, name, Some(namespace))),
        None => Some((node, text, None)),
    }
}

fn of_gateway_api<'t>(reference: Node<'t>) -> Option<(Node<'t>, &'t str, Option<&'t str>)> {
    if reference.str_at("kind").unwrap_or("Gateway") != "Gateway" {
        return None;
    }
    let node = reference.get("name")?;
    Some((node, node.as_str()?, reference.str_at("namespace")))
}
