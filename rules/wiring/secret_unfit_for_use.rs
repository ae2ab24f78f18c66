use crate::rule::prelude::*;

rule! {
    /// A Secret that does not fit its use.
    ///
    /// A certificate of an Ingress or Gateway is read from the keys `tls.crt` and `tls.key`, credentials of a registry from
    /// a Secret of the type `kubernetes.io/dockerconfigjson` (or `dockercfg`). Other Secrets are ignored: the controller serves
    /// its own certificate, and images of a private registry are not pulled. Checked where the repository contains the Secret with
    /// its content.
    ///
    /// **How to fix**: add the keys and set the type (`kubectl create secret tls`, `kubectl create secret docker-registry`).
    id: "secret-unfit-for-use",
    severity: Error,
    references: &[
        "https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets",
        "https://kubernetes.io/docs/concepts/configuration/secret/#docker-config-secrets",
    ],
    check: Check::ObjectInSet(check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    for (name, node) in certificates(object) {
        let lacking =
            ["tls.crt", "tls.key"].into_iter().find_map(|key| Some((key, context.lacks_key("Secret", name, key)?)));
        if let Some((key, secret)) = lacking {
            let message = format!("Secret `{name}` cannot be used as a certificate: it has no key `{key}`");
            context
                .report(node, message)
                .help("add the key, or refer to another Secret")
                .related(secret, "this Secret");
        }
    }
    let pod = Workload::of(object).and_then(Workload::pod_spec).map(|pod| pod.node);
    let own = pod.or_else(|| object.gvk.is("", "ServiceAccount").then_some(object.root));
    for reference in own.and_then(|node| node.get("imagePullSecrets")).into_iter().flat_map(Node::items) {
        let Some((node, name)) = reference.get("name").and_then(|node| Some((node, node.as_str()?))) else { continue };
        let secrets: Vec<_> = context.set.named("Secret", name, context.item().namespace()).collect();
        let Some(first) = secrets.first().filter(|_| !context.set.may_be_made("Secret", name)) else { continue };
        if secrets.iter().all(|secret| !is_for_registry(secret.object)) {
            let message = format!("Secret `{name}` cannot be used as an image pull secret: it has the wrong type");
            context
                .report(node, message)
                .help("set `type: kubernetes.io/dockerconfigjson`")
                .related(first.object.place(), "this Secret");
        }
    }
}

fn is_for_registry(secret: Object<'_>) -> bool {
    matches!(secret.root.str_at("type"), Some("kubernetes.io/dockerconfigjson" | "kubernetes.io/dockercfg"))
}

/// Names of the Secrets with certificates of an Ingress or a Gateway.
fn certificates(object: Object<'_>) -> Vec<(&str, Node<'_>)> {
    let list = |field: &str| object.spec().and_then(|spec| spec.get(field)).into_iter().flat_map(Node::items);
    let named = |node: Node<'_>| node.get("name").is_some();
    let nodes: Vec<_> = match (object.gvk.group, object.gvk.kind) {
        ("networking.k8s.io" | "extensions", "Ingress") => {
            list("tls").filter_map(|tls| tls.get("secretName")).collect()
        }
        ("gateway.networking.k8s.io", "Gateway") => {
            let references =
                list("listeners").filter_map(|listener| listener.at(&["tls", "certificateRefs"])).flat_map(Node::items);
            let own = references.filter(|r| {
                named(*r) && r.str_at("kind").unwrap_or("Secret") == "Secret" && r.get("namespace").is_none()
            });
            own.filter_map(|reference| reference.get("name")).collect()
        }
        _ => Vec::new(),
    };
    nodes.into_iter().filter_map(|node| Some((node.as_str()?, node))).collect()
}
