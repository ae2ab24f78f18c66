//! Where TLS ends.
//!
//! In: an object that brings traffic into a cluster, or a certificate. Out: whether an Ingress says how its TLS is ended; and the hosts
//! for which an object ends it, or holds what ends it: an Ingress, a Gateway, a route of Traefik, Contour, NGINX or OpenShift, a
//! Certificate, the configuration of a proxy in a ConfigMap.

use crate::yaml::Node;

use super::{Object, ingress_backends};

/// Annotations by which controllers are told of a certificate kept elsewhere, or of TLS that the pods end themselves.
const BY_ANNOTATION: &[&str] = &[
    "alb.ingress.kubernetes.io/certificate-arn",
    "networking.gke.io/managed-certificates",
    "networking.gke.io/certmap",
    "ingress.gcp.kubernetes.io/pre-shared-cert",
    "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
    "nginx.ingress.kubernetes.io/ssl-passthrough",
    "haproxy.org/ssl-passthrough",
    "traefik.ingress.kubernetes.io/router.tls",
    "traefik.ingress.kubernetes.io/router.tls.certresolver",
    "route.openshift.io/termination",
    "tailscale.com/funnel",
    "konghq.com/protocols",
];

/// Groups and kinds that tell of such hosts.
pub const ENDING_TLS: [(&str, &str); 12] = [
    ("networking.k8s.io", "Ingress"),
    ("extensions", "Ingress"),
    ("gateway.networking.k8s.io", "Gateway"),
    ("networking.istio.io", "Gateway"),
    ("traefik.io", "IngressRoute"),
    ("traefik.containo.us", "IngressRoute"),
    ("projectcontour.io", "HTTPProxy"),
    ("k8s.nginx.org", "VirtualServer"),
    ("route.openshift.io", "Route"),
    ("cert-manager.io", "Certificate"),
    ("networking.gke.io", "ManagedCertificate"),
    ("", "ConfigMap"),
];

/// Longer texts are no configuration of a proxy.
const LONGEST: usize = 256 * 1024;

/// Whether an Ingress says how TLS is ended.
pub fn ends_tls(ingress: Object<'_>) -> bool {
    // AWS' controller finds the certificate by the host where it is told to listen on HTTPS.
    let listens = || ingress.annotation("alb.ingress.kubernetes.io/listen-ports").is_some_and(|p| p.contains("HTTPS"));
    ingress.spec().and_then(|spec| spec.get("tls")).is_some_and(|tls| !tls.is_empty())
        || BY_ANNOTATION.iter().any(|key| ingress.annotation(key).is_some())
        || listens()
}

/// The hosts of an Ingress' rules.
pub fn ingress_hosts(spec: Node<'_>) -> impl Iterator<Item = &str> {
    spec.get("rules").into_iter().flat_map(Node::items).filter_map(|rule| rule.str_at("host"))
}

/// The class of an Ingress.
pub fn ingress_class(ingress: Object<'_>) -> Option<&str> {
    let class = ingress.spec().and_then(|spec| spec.str_at("ingressClassName"));
    class.or_else(|| ingress.annotation("kubernetes.io/ingress.class"))
}

/// The class alone of which an object ends TLS: that of an Ingress, unless it stands in front of another controller, to which it sends
/// everything by the name of its Service.
pub fn class_of_tls(object: Object<'_>) -> Option<&str> {
    const WORDS: [&str; 7] = ["ambassador", "contour", "envoy", "haproxy", "ingress", "istio", "traefik"];
    if object.gvk.kind != "Ingress" {
        return None;
    }
    let backends = ingress_backends(object);
    let is_one = |name: &str| name.split('-').any(|word| WORDS.contains(&word));
    let in_front = !backends.is_empty() && backends.iter().all(|backend| is_one(backend.name));
    ingress_class(object).filter(|_| !in_front)
}

/// The hosts for which an object ends TLS, or holds the certificate.
pub fn hosts_with_tls(object: Object<'_>) -> Vec<&str> {
    if object.gvk.kind == "ConfigMap" {
        return of_proxy(object);
    }
    let Some(spec) = object.spec() else { return Vec::new() };
    let has_tls = || spec.get("tls").is_some_and(|tls| !tls.is_null());
    match object.gvk.kind {
        "Ingress" if ends_tls(object) => {
            let named = list(spec, "tls").filter_map(|tls| tls.get("hosts"));
            ingress_hosts(spec).chain(named.flat_map(Node::items).filter_map(Node::as_str)).collect()
        }
        "Gateway" => {
            let of_kubernetes = list(spec, "listeners").filter(|one| is_secure(one.str_at("protocol")));
            let of_kubernetes = of_kubernetes.filter_map(|one| one.str_at("hostname"));
            let secure = |server: &Node<'_>| is_secure(server.at(&["port", "protocol"]).and_then(Node::as_str));
            let servers = list(spec, "servers").filter(|server| secure(server) && server.get("tls").is_some());
            let of_istio = servers.flat_map(|server| strings(server, "hosts"));
            // `namespace/host`
            let of_istio = of_istio.map(|host| host.split_once('/').map_or(host, |(_, host)| host));
            of_kubernetes.chain(of_istio).collect()
        }
        "IngressRoute" if has_tls() => {
            list(spec, "routes").filter_map(|route| route.str_at("match")).flat_map(of_match).collect()
        }
        "HTTPProxy" => {
            let host = spec.get("virtualhost").filter(|host| host.get("tls").is_some());
            host.and_then(|host| host.str_at("fqdn")).into_iter().collect()
        }
        "VirtualServer" | "Route" if has_tls() => spec.str_at("host").into_iter().collect(),
        "Certificate" => strings(spec, "dnsNames").chain(spec.str_at("commonName")).collect(),
        "ManagedCertificate" => strings(spec, "domains").collect(),
        _ => Vec::new(),
    }
}

fn list<'t>(node: Node<'t>, field: &str) -> impl Iterator<Item = Node<'t>> {
    node.get(field).into_iter().flat_map(Node::items)
}

fn strings<'t>(node: Node<'t>, field: &str) -> impl Iterator<Item = &'t str> {
    list(node, field).filter_map(Node::as_str)
}

fn is_secure(protocol: Option<&str>) -> bool {
    matches!(protocol, Some("HTTPS" | "TLS"))
}

/// The hosts of a rule of Traefik: ``Host(`a.example.com`) && PathPrefix(`/`)``.
fn of_match(rule: &str) -> impl Iterator<Item = &str> {
    let calls = rule.match_indices("Host(").filter_map(|(at, call)| rule[at + call.len()..].split_once(')'));
    calls.flat_map(|(inside, _)| inside.split(',').map(|host| host.trim().trim_matches(['`', '"', '\''])))
}

/// The names that a proxy answers to with TLS, by its configuration in a ConfigMap: NGINX' `server_name`, and the `hostname` of a tunnel
/// of Cloudflare, which ends TLS at its other side.
fn of_proxy(object: Object<'_>) -> Vec<&str> {
    let texts = object.root.get("data").into_iter().flat_map(Node::entries).filter_map(|entry| entry.value.as_str());
    let mut found = Vec::new();
    for text in texts.filter(|text| text.len() < LONGEST) {
        let value = |line, word: &str| str::trim_start_matches(line, [' ', '\t', '-']).strip_prefix(word);
        if text.contains("ssl_certificate") {
            let named = text.lines().filter_map(|line| value(line, "server_name "));
            found.extend(named.flat_map(|names| names.trim_end().trim_end_matches(';').split_whitespace()));
        }
        if text.contains("tunnel:") && text.contains("ingress:") {
            let named = text.lines().filter_map(|line| value(line, "hostname:"));
            found.extend(named.map(|name| name.trim().trim_matches(['"', '\''])));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::hosts_with_tls;
    use crate::object::Object;
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    #[test]
    fn hosts_with_tls_are_found_in_whatever_ends_it() {
        let hosts = |text: &str| {
            let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
            let object = Object::from_node(documents[0].tree.as_ref().expect("it parses").root()).expect("an object");
            hosts_with_tls(object).join(" ")
        };
        for (text, found) in [
            (
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [{host: a.b}], tls: [{hosts: [c.b]}]}",
                "a.b c.b",
            ),
            ("apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [{host: a.b}]}", ""),
            (
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nspec: {listeners: [{protocol: HTTPS, hostname: a.b}, {protocol: HTTP, hostname: c.b}]}",
                "a.b",
            ),
            (
                "apiVersion: networking.istio.io/v1\nkind: Gateway\nspec: {servers: [{port: {protocol: HTTPS}, tls: {}, hosts: ['shop/a.b']}]}",
                "a.b",
            ),
            (
                "apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {tls: {}, routes: [{match: 'Host(`a.b`, `c.b`) && Path(`/`)'}]}",
                "a.b c.b",
            ),
            ("apiVersion: traefik.io/v1alpha1\nkind: IngressRoute\nspec: {routes: [{match: 'Host(`a.b`)'}]}", ""),
            ("apiVersion: cert-manager.io/v1\nkind: Certificate\nspec: {dnsNames: ['*.b']}", "*.b"),
            (
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    server_name a.b c.b;\n    ssl_certificate /x;\n",
                "a.b c.b",
            ),
            (
                "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    tunnel: x\n    ingress:\n    - hostname: a.b\n      service: http://c\n",
                "a.b",
            ),
            ("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    server_name a.b;\n", ""),
        ] {
            assert_eq!(hosts(text), found, "{text}");
        }
    }
}
