use crate::rule::prelude::*;

rule! {
    /// An image without a tag, or with the tag `latest`, and without a digest.
    ///
    /// What such a reference names changes over time: two pods of one Deployment may run different code, a rollback
    /// does not bring the old code back, and nobody can say what runs. A tag that is never moved, or better a digest, names one image.
    /// Not reported if every kustomization that includes the file sets the tag under `images`, nor for `auto`, in the place of which
    /// Istio's webhook puts its own image. Info for the registry inside of OpenShift, whose tags are those of ImageStreams.
    ///
    /// **How to fix**: name the version you tested (`nginx:1.27.3`), or pin the digest (`nginx@sha256:…`).
    id: "latest-image-tag",
    severity: Warning,
    peers: &["popeye:100", "popeye:101", "kube-linter:latest-tag", "kube-score:container-image-tag", "checkov:CKV_K8S_14", "polaris:tagNotSpecified",
             "trivy:KSV-0013", "kubescape:C-0075", "kics:invalid_image", "kyverno:disallow-latest-tag", "datree:CONTAINERS_MISSING_IMAGE_VALUE_VERSION"],
    references: &["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
    check: Check::Container(check),
}

/// Whether a registry is that of the cluster itself, in which OpenShift keeps ImageStreams: the tags of its own (`cli:latest`) go with
/// its releases, and those of others are what somebody tagged there.
fn is_of_openshift(registry: &str) -> bool {
    let host = registry.split(':').next().unwrap_or(registry);
    ["image-registry.openshift-image-registry.svc", "docker-registry.default.svc"]
        .iter()
        .any(|service| host.strip_prefix(service).is_some_and(|rest| matches!(rest, "" | ".cluster.local")))
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(node), Some(image)) = (container.image_node(), container.image()) else { return };
    let set_elsewhere = || context.item().image_is_set(node.as_str().unwrap_or(""));
    let built = node.as_str().is_some_and(|text| text.starts_with("ko://"));
    // A name in capitals is no image's: something puts another in its place.
    let is_filled_in = image.repository.contains(|c: char| c.is_ascii_uppercase());
    if container.is_injected()
        || image.digest.is_some()
        || image.repository.is_empty()
        || built
        || is_filled_in
        || set_elsewhere()
    {
        return;
    }
    let name = container.name();
    let message = match image.tag {
        None => format!("container `{name}` uses an image without a tag, which means `latest`"),
        Some("latest") => format!("container `{name}` uses the mutable tag `latest`"),
        Some(_) => return,
    };
    // The name that Kubebuilder puts in for `kustomize edit set image` to replace.
    let is_scaffold = node.as_str() == Some("controller:latest");
    let mild = is_scaffold || image.registry.is_some_and(is_of_openshift);
    let most = if mild { Severity::Info } else { Severity::Error };
    context.report(node, message).help("name the version you tested, or pin the image by its digest").at_most(most);
}
