use crate::rule::prelude::*;

rule! {
    /// An image that no longer exists.
    ///
    /// Bitnami took the versioned tags of its images from Docker Hub in August 2025, the images of `gcr.io/kubebuilder`
    /// went with that registry in 2025, and so did others before. Nodes that have such an image go on with it; a new node
    /// stays in `ImagePullBackOff`.
    ///
    /// **How to fix**: use the image's present home, a maintained one, or a copy in a registry of your own.
    id: "removed-image",
    severity: Warning,
    references: &["https://github.com/bitnami/containers/issues/83267",
                  "https://github.com/kubernetes-sigs/kubebuilder/discussions/3907"],
    check: Check::Container(check),
}

/// Registry, beginning of the repository, and what to use in place of it.
const GONE: &[(&str, &str, &str)] = &[
    ("gcr.io", "kubebuilder/", "`quay.io/brancz/kube-rbac-proxy`, or the metrics server's own authentication"),
    ("gcr.io", "kubernetes-helm/", "Helm 3 or later, which needs no server"),
    ("gcr.io", "heptio-images/", "the project's own image, `velero/velero` for instance"),
    ("gcr.io", "k8s-minikube/storage-provisioner-gluster", "a maintained provisioner"),
    ("docker.pkg.github.com", "", "`ghcr.io`"),
    ("quay.io", "coreos/kube-rbac-proxy", "`quay.io/brancz/kube-rbac-proxy`"),
    ("quay.io", "jetstack/cert-manager-ingress-shim", "cert-manager's controller"),
];

/// Images of Bitnami on Docker Hub that their own projects go on to publish.
const KEPT: &[&str] = &["bitnami/sealed-secrets-controller", "bitnami/sealed-secrets-kubeseal"];

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(node), Some(image)) = (container.image_node(), container.image()) else { return };
    let gone = GONE.iter().find(|(host, path, _)| image.host() == *host && image.repository.starts_with(path));
    let instead = match gone {
        Some((_, _, instead)) => *instead,
        None if is_of_bitnami(image) => "a maintained image, or a copy in a registry of your own",
        None => return,
    };
    if context.item().image_is_set(node.as_str().unwrap_or_default()) {
        return;
    }
    let shown = image.tag.map_or_else(|| image.repository.to_owned(), |tag| format!("{}:{tag}", image.repository));
    let message =
        format!("the image of container `{}`, `{shown}`, was removed from {}", container.name(), image.host());
    context.report(node, message).help(format!("use {instead}"));
}

/// An image of a version: what is left on Docker Hub is `latest` alone.
fn is_of_bitnami(image: Image<'_>) -> bool {
    let hub = matches!(image.host(), "docker.io" | "index.docker.io" | "registry-1.docker.io");
    let versioned = match image.tag {
        Some(tag) => tag.starts_with(|c: char| c.is_ascii_digit()),
        None => image.digest.is_some(),
    };
    hub && versioned && image.repository.starts_with("bitnami/") && !KEPT.contains(&image.repository)
}
