use crate::rule::prelude::*;

rule! {
    /// An image that is not pinned by its digest.
    ///
    /// A tag can be moved to another image; a digest cannot.
    ///
    /// **How to fix**: add the digest: `nginx:1.27.3@sha256:…`.
    id: "image-without-digest",
    severity: Info,
    peers: &["checkov:CKV_K8S_43", "kubescape:C-0306", "kics:image_without_digest", "kyverno:require-image-checksum", "datree:CONTAINERS_MISSING_IMAGE_VALUE_DIGEST"],
    references: &["https://kubernetes.io/docs/concepts/containers/images/#image-names"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(node), Some(image)) = (container.image_node(), container.image()) else { return };
    if image.digest.is_none() && !image.repository.is_empty() {
        let message = format!("the image of container `{}` is not pinned by a digest", container.name());
        context.report(node, message).help("add the digest: `…@sha256:…`");
    }
}
