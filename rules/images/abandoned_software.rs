use crate::rule::prelude::*;

rule! {
    /// Software that is no longer maintained.
    ///
    /// Tiller (Helm 2) gave everyone in the cluster its own rights; heapster, kube-dns and old dashboards get no fixes.
    /// Found by images, and Tiller by its Service as well.
    ///
    /// **How to fix**: remove it, or move to its replacement.
    id: "abandoned-software",
    severity: Warning,
    peers: &["checkov:CKV_K8S_44", "checkov:CKV_K8S_45", "kics:tiller_service_is_not_deleted", "kics:tiller_deployment_is_accessible_from_within_the_cluster", "checkov:CKV_K8S_33", "checkov:CKV_K8S_34", "trivy:KSV-0102", "kics:tiller_is_deployed",
             "kics:dashboard_is_enabled", "kyverno:disallow-helm-tiller"],
    references: &["https://helm.sh/blog/helm-v2-deprecation-timeline/"],
    check: Check::Object(check),
}

const ABANDONED: &[(&str, &str)] = &[
    ("tiller", "Helm 3 or later, which needs no server"),
    ("heapster-amd64", "metrics-server"),
    ("heapster", "metrics-server"),
    ("kubernetes-dashboard-amd64", "a supported release, bound to few rights"),
    ("k8s-dns-kube-dns-amd64", "CoreDNS"),
    ("flux-v1", "Flux 2"),
    ("helm-operator", "Flux's helm-controller"),
];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    for container in Workload::of(object).and_then(Workload::pod_spec).into_iter().flat_map(PodSpec::containers) {
        let (Some(node), Some(image)) = (container.image_node(), container.image()) else { continue };
        if let Some((name, instead)) = ABANDONED.iter().find(|(name, _)| image.name() == *name) {
            let message = format!("container `{}` runs `{name}`, which is no longer maintained", container.name());
            context.report(node, message).help(format!("move to {instead}"));
        }
    }
    let tiller = |labels: Labels<'_>| labels.get("app") == Some("helm") && labels.get("name") == Some("tiller");
    let selector = Labels(Service::of(object).and_then(Service::selector));
    if object.gvk.is("", "Service")
        && (tiller(object.labels()) || tiller(selector) || object.name() == Some("tiller-deploy"))
    {
        let message = format!("{} exposes Tiller, which is no longer maintained, to the cluster", object.title());
        context.report(object.place(), message).help("move to Helm 3 or later, which needs no server");
    }
}
