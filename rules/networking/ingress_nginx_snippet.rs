use crate::rule::prelude::*;

rule! {
    /// Configuration of nginx injected through an annotation.
    ///
    /// Snippets let whoever may write an Ingress run code in the controller, which can read the Secrets of all
    /// namespaces (CVE-2021-25742); current controllers refuse them unless their ConfigMap says
    /// `allow-snippet-annotations`, which is reported as well, as are values of `auth-url`, `auth-tls-match-cn`,
    /// `mirror-target` and `mirror-host` that end their directive and begin another.
    ///
    /// **How to fix**: use the annotation meant for this, or the controller's ConfigMap.
    id: "ingress-nginx-snippet",
    severity: Warning,
    peers: &["trivy:KCV-0093", "checkov:CKV_K8S_152", "checkov:CKV_K8S_153", "checkov:CKV_K8S_154", "kubescape:C-0059", "kyverno:disallow-ingress-nginx-custom-snippets", "datree:INGRESS_CVE2021_25742_INCORRECT_SERVER_SNIPPET_KEY"],
    references: &["https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#configuration-snippet"],
    check: Check::Kind(&["networking.k8s.io/Ingress", "ConfigMap"], check),
}

/// Prefixes of the annotations of both controllers for nginx.
const PREFIXES: [&str; 2] = ["nginx.ingress.kubernetes.io/", "nginx.org/"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if object.gvk.kind == "ConfigMap" {
        return of_controller(object, context);
    }
    injected(object, context);
    let annotations = object.annotations().into_iter().flat_map(Node::entries);
    let ends = |name: &str| name.ends_with("-snippet") || name.ends_with("-snippets");
    for entry in annotations.filter(|e| PREFIXES.iter().any(|prefix| e.name.starts_with(prefix)) && ends(e.name)) {
        let message = format!("`{}` injects configuration into nginx", entry.name);
        context.report(Place::key(entry), message).help("use the annotation meant for this");
    }
}

/// Annotations whose text older controllers write into nginx's configuration as it is.
const INJECTED: [&str; 4] = ["auth-url", "auth-tls-match-cn", "mirror-target", "mirror-host"];

/// Values that end the directive they are written into (CVE-2025-1097, CVE-2025-1098, CVE-2025-24514).
fn injected(object: Object<'_>, context: &mut Context<'_, '_>) {
    for key in INJECTED {
        let annotations = object.annotations();
        let Some(node) = annotations.and_then(|list| list.get(&format!("{}{key}", PREFIXES[0]))) else { continue };
        if node.as_str().is_some_and(|value| value.contains(['\n', '\r', ';', '{', '}', '#'])) {
            let message = format!("the value of `{key}` injects configuration into nginx");
            context.report(node, message).help("remove line breaks, braces, `;` and `#` from the value");
        }
    }
}

/// The switch in the controller's ConfigMap.
fn of_controller(object: Object<'_>, context: &mut Context<'_, '_>) {
    let switch = object.root.get("data").and_then(|data| data.get("allow-snippet-annotations"));
    if let Some(node) = switch.filter(|node| node.as_str() == Some("true")) {
        let message = format!("{} allows annotations to inject configuration into nginx", object.title());
        context.report(node, message).help("set `allow-snippet-annotations` to `\"false\"`");
    }
}
