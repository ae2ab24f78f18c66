use crate::rule::prelude::*;

rule! {
    /// Software that its project gave up years ago.
    ///
    /// Tiller (Helm 2) gave everyone in the cluster its own rights; heapster, kube-dns and old dashboards get no fixes.
    ///
    /// **How to fix**: drop it, or move to what took its place.
    id: "abandoned-software",
    severity: Warning,
    peers: &["checkov:CKV_K8S_33", "checkov:CKV_K8S_34", "trivy:KSV-0102", "kics:tiller_is_deployed",
             "kics:dashboard_is_enabled", "kyverno:disallow-helm-tiller"],
    references: &["https://helm.sh/blog/helm-v2-deprecation-timeline/"],
    check: Check::Container(check),
}

const ABANDONED: &[(&str, &str)] = &[
    ("tiller", "Helm 3, which needs no server"),
    ("heapster-amd64", "metrics-server"),
    ("heapster", "metrics-server"),
    ("kubernetes-dashboard-amd64", "a supported release, bound to few rights"),
    ("k8s-dns-kube-dns-amd64", "CoreDNS"),
    ("flux-v1", "Flux 2"),
    ("helm-operator", "Flux's helm-controller"),
];

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(node), Some(image)) = (container.image_node(), container.image()) else { return };
    if let Some((name, instead)) = ABANDONED.iter().find(|(name, _)| image.name() == *name) {
        let message = format!("container `{}` runs `{name}`, which was given up", container.name());
        context.report(node, message).help(format!("move to {instead}"));
    }
}
