use crate::rule::prelude::*;

rule! {
    /// Configuration of nginx injected through an annotation.
    ///
    /// Snippets let whoever may write an Ingress run code in the controller, which can read the Secrets of all
    /// namespaces (CVE-2021-25742); current controllers refuse them.
    ///
    /// **How to fix**: use the annotation made for the purpose, or the controller's ConfigMap.
    id: "ingress-nginx-snippet",
    severity: Warning,
    peers: &["checkov:CKV_K8S_152", "checkov:CKV_K8S_153", "checkov:CKV_K8S_154", "kubescape:C-0059", "kyverno:disallow-ingress-nginx-custom-snippets", "datree:INGRESS_CVE2021_25742_INCORRECT_SERVER_SNIPPET_KEY"],
    references: &["https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#configuration-snippet"],
    check: Check::Kind(&["networking.k8s.io/Ingress"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let annotations = object.metadata().and_then(|metadata| metadata.get("annotations")).into_iter().flat_map(Node::entries);
    for entry in annotations.filter(|e| e.name.starts_with("nginx.ingress.kubernetes.io/") && e.name.ends_with("-snippet")) {
        let message = format!("`{}` injects configuration into nginx", entry.name);
        context.report(Place::key(entry), message).help("use the annotation made for the purpose");
    }
}
