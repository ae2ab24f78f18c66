use crate::rule::prelude::*;

rule! {
    /// An Ingress that serves plain HTTP.
    ///
    /// Without `spec.tls` (or the annotation by which a cloud's controller takes its certificate) passwords and session
    /// cookies cross the network in clear text. Info where all its hosts are names of one's own machine (`web.localhost`), for which
    /// no certificate is to be had, and where TLS is at hand: `tls:` stands there commented out, or a file beside it holds the same
    /// Ingress with TLS (under the same name, or one with `https` for `http`, or with `-tls` behind it), and where another Ingress of the
    /// repository ends TLS in front of the controller: it sends what is for these hosts to that.
    ///
    /// **How to fix**: add `spec.tls` with the hosts and the Secret of their certificate; cert-manager creates and renews it.
    id: "ingress-without-tls",
    severity: Warning,
    peers: &["polaris:tlsSettingsMissing", "kubescape:C-0263", "kyverno:require-ingress-https"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"],
    check: Check::Kind(&["networking.k8s.io/Ingress", "extensions/Ingress"], check),
}

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

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let class = spec.str_at("ingressClassName").or_else(|| object.annotation("kubernetes.io/ingress.class"));
    let always_tls = matches!(class, Some("tailscale" | "cloudflare-tunnel" | "ngrok"));
    if always_tls || has_tls(object) {
        return;
    }
    let mild =
        is_local(spec) || object.root.comments_out("tls") || has_twin(object, context) || is_behind(spec, context);
    let message = format!("{} serves plain HTTP", object.title());
    context
        .report(Place::missing(spec, "tls"), message)
        .help("add `spec.tls` with the hosts and the Secret of their certificate")
        .at_most(if mild { Severity::Info } else { Severity::Error });
}

/// Whether it says how TLS is ended.
fn has_tls(object: Object<'_>) -> bool {
    object.spec().and_then(|spec| spec.get("tls")).is_some_and(|tls| !tls.is_empty())
        || BY_ANNOTATION.iter().any(|key| object.annotation(key).is_some())
        || listens_on_tls(object)
}

/// Whether an Ingress with TLS sends what is for the same hosts to an ingress controller: TLS ends there.
fn is_behind(spec: Node<'_>, context: &Context<'_, '_>) -> bool {
    let own: Vec<&str> = hosts(spec).collect();
    let covers = |front: Node<'_>| {
        let of_tls = front.get("tls").into_iter().flat_map(Node::items).filter_map(|tls| tls.get("hosts"));
        let known: Vec<&str> = hosts(front).chain(of_tls.flat_map(Node::items).filter_map(Node::as_str)).collect();
        !own.is_empty() && own.iter().all(|host| known.iter().any(|known| is_covered(host, known)))
    };
    context.known("networking.k8s.io", "Ingress").any(|item| {
        let front = item.object.spec().filter(|_| has_tls(item.object));
        front.is_some_and(|front| leads_to_controller(front) && covers(front))
    })
}

fn hosts(spec: Node<'_>) -> impl Iterator<Item = &str> {
    spec.get("rules").into_iter().flat_map(Node::items).filter_map(|rule| rule.str_at("host"))
}

fn is_covered(host: &str, by: &str) -> bool {
    let in_domain = |domain: &str| host.split_once('.').is_some_and(|(_, rest)| rest == domain);
    host == by || by.strip_prefix("*.").is_some_and(in_domain)
}

/// Whether an Ingress sends everything to a Service that is called like an ingress controller.
fn leads_to_controller(spec: Node<'_>) -> bool {
    const WORDS: [&str; 7] = ["ambassador", "contour", "envoy", "haproxy", "ingress", "istio", "traefik"];
    let default = spec.at(&["defaultBackend", "service", "name"]).and_then(Node::as_str);
    let paths = || spec.get("rules").into_iter().flat_map(Node::items).filter_map(|rule| rule.at(&["http", "paths"]));
    let named = paths().flat_map(Node::items).filter_map(|path| path.at(&["backend", "service", "name"])?.as_str());
    let mut services = default.into_iter().chain(named).peekable();
    let is_one = |name: &str| name.split('-').any(|word| WORDS.contains(&word));
    services.peek().is_some() && services.all(is_one)
}

/// Whether the folder holds the same Ingress with TLS.
fn has_twin(object: Object<'_>, context: &Context<'_, '_>) -> bool {
    let Some(name) = object.name() else { return false };
    let names = [name.to_owned(), name.replace("http", "https"), format!("{name}-tls"), format!("{name}-https")];
    names.iter().any(|name| context.beside("Ingress", name).any(|item| has_tls(item.object)))
}

/// Whether all hosts are names of the machine that the cluster runs on.
fn is_local(spec: Node<'_>) -> bool {
    let mut hosts = spec.get("rules").into_iter().flat_map(Node::items).map(|rule| rule.str_at("host")).peekable();
    let is_one = |host: &str| {
        ["localhost", "minikube", "kubernetes.docker.internal"].contains(&host)
            || NOBODYS.iter().any(|end| host.ends_with(end))
            || host.contains("127.0.0.1")
            || host.contains("127-0-0-1")
    };
    hosts.peek().is_some() && hosts.all(|host| host.is_some_and(is_one))
}

/// Names that are nobody's, or are of a local network, and those that stand for an address: nobody has a certificate for them.
const NOBODYS: [&str; 11] = [
    ".example",
    ".invalid",
    ".local",
    ".localhost",
    ".nip.io",
    ".sslip.io",
    ".test",
    ".xip.io",
    "example.com",
    "example.net",
    "example.org",
];

/// AWS' controller finds the certificate by the host where it is told to listen on HTTPS.
fn listens_on_tls(object: Object<'_>) -> bool {
    object.annotation("alb.ingress.kubernetes.io/listen-ports").is_some_and(|ports| ports.contains("HTTPS"))
}
