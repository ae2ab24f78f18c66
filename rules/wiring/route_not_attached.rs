use crate::rule::prelude::*;

rule! {
    /// A route that no listener of its Gateway accepts.
    ///
    /// A listener accepts a route if `sectionName` and `port` of the `parentRef` mean it, its protocol (or
    /// `allowedRoutes.kinds`) knows the kind, `allowedRoutes.namespaces` admits the namespace (only the Gateway's own, where
    /// nothing is said), and their hostnames have one in common. Otherwise the route says `Accepted: False`, and nothing is
    /// served. Checked where the repository defines the Gateway.
    ///
    /// **How to fix**: name a listener that there is, or let one admit the route.
    id: "route-not-attached",
    severity: Warning,
    references: &["https://gateway-api.sigs.k8s.io/api-types/httproute/#attaching-to-gateways",
                  "https://gateway-api.sigs.k8s.io/guides/multiple-ns/"],
    check: Check::KindInSet(
        &["gateway.networking.k8s.io/HTTPRoute", "gateway.networking.k8s.io/GRPCRoute", "gateway.networking.k8s.io/TCPRoute",
          "gateway.networking.k8s.io/TLSRoute", "gateway.networking.k8s.io/UDPRoute"],
        check,
    ),
}

const GROUP: &str = "gateway.networking.k8s.io";

/// A route, as listeners look at it.
struct Route<'t> {
    kind: &'t str,
    namespace: Option<&'t str>,
    hostnames: Vec<&'t str>,
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let Some(spec) = object.spec() else { return };
    let (set, own) = (context.set, context.item().namespace());
    let hostnames = spec.get("hostnames").into_iter().flat_map(Node::items).filter_map(Node::as_str).collect();
    let route = Route { kind: object.gvk.kind, namespace: own, hostnames };
    for parent in spec.get("parentRefs").into_iter().flat_map(Node::items) {
        let other = parent.str_at("kind").is_some_and(|kind| kind != "Gateway")
            || parent.str_at("group").is_some_and(|group| group != GROUP);
        let Some(name) = parent.str_at("name").filter(|_| !other) else { continue };
        let namespace = parent.str_at("namespace").or(own);
        let gateways = set.named("Gateway", name, namespace).filter(|item| item.object.gvk.group == GROUP);
        // Where several may be meant, one that takes the route is enough.
        let faults: Option<Vec<_>> =
            gateways.map(|gateway| Some((gateway.object, fault(set, gateway, parent, &route)?))).collect();
        let Some((gateway, (place, message, help))) = faults.and_then(|faults| faults.into_iter().next()) else {
            continue;
        };
        context.report(place, message).help(help).related(gateway.place(), "this Gateway");
    }
}

type Fault<'t> = (Place<'t>, String, String);

/// Why no listener of a Gateway takes a route: what the last of them stumble over.
fn fault<'t>(set: &ApplySet<'t>, gateway: &Item<'t>, parent: Node<'t>, route: &Route<'t>) -> Option<Fault<'t>> {
    let listeners: Vec<Node<'t>> =
        gateway.object.root.at(&["spec", "listeners"]).into_iter().flat_map(Node::items).collect();
    // Listeners may also come from ListenerSets, or be patched in.
    if listeners.is_empty() || gateway.surroundings.patched("Gateway", "listeners") {
        return None;
    }
    let title = gateway.object.title();
    let names = || listeners.iter().filter_map(|listener| listener.str_at("name"));
    let mut left = listeners.clone();
    if let Some(section) = parent.get("sectionName") {
        left.retain(|listener| listener.str_at("name") == section.as_str());
        if left.is_empty() {
            let wanted = section.as_str().unwrap_or_default();
            let meant = closest(wanted, names()).map_or_else(
                || format!("its listeners are {}", list(names())),
                |meant| format!("did you mean `{meant}`?"),
            );
            return Some((Place::Value(section), format!("{title} has no listener `{wanted}`"), meant));
        }
    }
    if let Some(port) = parent.get("port") {
        left.retain(|listener| listener.get("port").and_then(Node::as_i64) == port.as_i64());
        if left.is_empty() {
            let message = format!("{title} has no such listener on port {}", port.raw());
            return Some((Place::Value(port), message, "use the port of a listener".to_owned()));
        }
    }
    let place = parent.get("name").map_or(Place::Value(parent), Place::Value);
    left.retain(|listener| admits_kind(*listener, route.kind));
    if left.is_empty() {
        let message =
            format!("none of the listeners of {title} that this route may attach to accepts a {}", route.kind);
        return Some((
            place,
            message,
            "choose a listener whose protocol and `allowedRoutes.kinds` accept it".to_owned(),
        ));
    }
    left.retain(|listener| admits_namespace(set, gateway, *listener, route.namespace));
    if left.is_empty() {
        let own = route.namespace.unwrap_or_default();
        let message = format!(
            "none of the listeners of {title} that this route may attach to accepts routes from namespace `{own}`"
        );
        let help = "allow the namespace in `allowedRoutes.namespaces` of a listener: by default only the Gateway's own namespace is allowed";
        return Some((place, message, help.to_owned()));
    }
    left.retain(|listener| shares_hostname(*listener, &route.hostnames));
    if left.is_empty() {
        let message = format!("no hostname of this route matches a listener of {title} that it may attach to");
        return Some((place, message, "choose a hostname that a listener accepts".to_owned()));
    }
    None
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn admits_kind(listener: Node<'_>, kind: &str) -> bool {
    if let Some(kinds) = listener.at(&["allowedRoutes", "kinds"]).filter(|kinds| !kinds.is_empty()) {
        return kinds.items().any(|allowed| allowed.str_at("kind") == Some(kind));
    }
    match listener.str_at("protocol") {
        Some("HTTP" | "HTTPS") => matches!(kind, "HTTPRoute" | "GRPCRoute"),
        Some("TLS") => matches!(kind, "TLSRoute" | "TCPRoute"),
        Some("TCP") => kind == "TCPRoute",
        Some("UDP") => kind == "UDPRoute",
        // Protocols of an implementation.
        _ => true,
    }
}

fn admits_namespace(set: &ApplySet<'_>, gateway: &Item<'_>, listener: Node<'_>, namespace: Option<&str>) -> bool {
    let allowed = listener.at(&["allowedRoutes", "namespaces"]);
    match allowed.and_then(|allowed| allowed.str_at("from")).unwrap_or("Same") {
        "Same" => may_be_same(gateway.namespace(), namespace),
        "None" => false,
        "Selector" => {
            let selector = allowed.and_then(|allowed| allowed.get("selector"));
            let (Some(selector), Some(namespace)) = (selector, namespace) else { return true };
            let mut known = set.named("Namespace", namespace, None).peekable();
            // Every namespace has its name as label; of one that is defined elsewhere no more is known.
            let label = |labels: Labels<'_>| {
                selector::selects_by(selector, &|key| match key {
                    "kubernetes.io/metadata.name" => Some(namespace),
                    key => labels.0.and_then(|_| labels.get(key)),
                })
            };
            known.peek().is_none() || known.any(|item| label(item.object.labels()))
        }
        _ => true,
    }
}

/// Whether the hostname of a listener, and one of a route, have a name in common. Without hostnames, all do, and one that something
/// fills in may be any.
fn shares_hostname(listener: Node<'_>, hostnames: &[&str]) -> bool {
    let Some(own) = listener.str_at("hostname").filter(|host| !host.is_empty()) else { return true };
    let may_share = |host: &&str| !is_literal(host) || overlap(own, host);
    hostnames.is_empty() || !is_literal(own) || hostnames.iter().any(may_share)
}

fn overlap(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let within = |wild: &str, host: &str| {
        wild.strip_prefix('*').is_some_and(|end| host.strip_prefix('*').unwrap_or(host).ends_with(end))
    };
    one == other || within(&one, &other) || within(&other, &one)
}
