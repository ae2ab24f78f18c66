use crate::rule::prelude::*;

rule! {
    /// An Ingress that serves plain HTTP.
    ///
    /// Without `spec.tls` (or the annotation by which a cloud's controller takes its certificate) passwords and session
    /// cookies cross the network in clear text. Info where all its hosts are names of one's own machine (`web.localhost`), for which
    /// no certificate is to be had, and where TLS is at hand: `tls:` stands there commented out, or a file beside it holds the same
    /// Ingress with TLS (under the same name, or one with `https` for `http`, or with `-tls` behind it), and where something else in the
    /// repository ends TLS for its hosts: another Ingress, a Gateway, a route, a proxy's configuration, or a Certificate.
    /// Info, too, for one that only redirects. Ingresses of the same hosts are one finding.
    ///
    /// **How to fix**: add `spec.tls` with the hosts and the Secret of their certificate; cert-manager creates and renews it.
    id: "ingress-without-tls",
    severity: Warning,
    peers: &["polaris:tlsSettingsMissing", "kubescape:C-0263", "kyverno:require-ingress-https"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/ingress/#tls"],
    check: Check::Kind(&["networking.k8s.io/Ingress", "extensions/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let class = ingress_class(object);
    let always_tls = matches!(class, Some("tailscale" | "cloudflare-tunnel" | "ngrok"));
    if always_tls || ends_tls(object) {
        return;
    }
    let mild = REDIRECTS.iter().any(|key| object.annotation(key).is_some())
        || is_local(spec)
        || object.root.comments_out("tls")
        || has_twin(object, context)
        || is_ended_elsewhere(spec, class, context);
    let message = format!("{} serves plain HTTP", object.title());
    context
        .report(Place::missing(spec, "tls"), message)
        .help("add `spec.tls` with the hosts and the Secret of their certificate")
        .at_most(if mild { Severity::Info } else { Severity::Error });
}

/// Annotations by which an Ingress sends all clients elsewhere, and shows them nothing.
const REDIRECTS: [&str; 2] =
    ["nginx.ingress.kubernetes.io/permanent-redirect", "nginx.ingress.kubernetes.io/temporal-redirect"];

/// Whether something else in the repository ends TLS for all its hosts: a controller serves a host with the certificate of whichever
/// object of its class brings one, and a proxy in front has its own.
fn is_ended_elsewhere(spec: Node<'_>, class: Option<&str>, context: &Context<'_, '_>) -> bool {
    let mut hosts = ingress_hosts(spec).peekable();
    hosts.peek().is_some() && hosts.all(|host| context.ends_tls_for(host, class))
}

/// Whether the folder holds the same Ingress with TLS.
fn has_twin(object: Object<'_>, context: &Context<'_, '_>) -> bool {
    let Some(name) = object.name() else { return false };
    let names = [name.to_owned(), name.replace("http", "https"), format!("{name}-tls"), format!("{name}-https")];
    names.iter().any(|name| context.beside("Ingress", name).any(|item| ends_tls(item.object)))
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
