use crate::rule::prelude::*;

rule! {
    /// An image from a registry that gets no new images.
    ///
    /// `k8s.gcr.io` was frozen in April 2023 in favour of `registry.k8s.io`; what is there gets no fixes and may be
    /// deleted. The same goes for `quay.io/kubernetes-ingress-controller`, `docker.io/bitnamilegacy` and Google's old
    /// `gcr.io/google_containers`.
    ///
    /// **How to fix**: use `registry.k8s.io`, or the project's present home.
    id: "frozen-image-registry",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kubescape:C-0253", "kyverno:restrict-deprecated-registry"],
    references: &["https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/"],
    check: Check::Container(check),
}

const FROZEN: &[(&str, &str)] = &[
    ("k8s.gcr.io/", "registry.k8s.io"),
    ("gcr.io/google_containers/", "registry.k8s.io"),
    ("gcr.io/google-containers/", "registry.k8s.io"),
    ("quay.io/kubernetes-ingress-controller/", "registry.k8s.io/ingress-nginx"),
    ("docker.io/bitnamilegacy/", "an image that is maintained"),
    ("bitnamilegacy/", "an image that is maintained"),
];

/// Registries whose images are found under the same names elsewhere.
const MOVED: &[&str] = &["k8s.gcr.io/", "gcr.io/google_containers/", "gcr.io/google-containers/"];

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = container.image_node() else { return };
    let text = node.as_str().unwrap_or("");
    if let Some((from, to)) = FROZEN.iter().find(|(from, _)| text.starts_with(from)) {
        let message = format!(
            "the image of container `{}` comes from `{}`, which gets no new images",
            container.name(),
            from.trim_end_matches('/')
        );
        let moved = text.strip_prefix(from).filter(|_| MOVED.contains(from)).map(|rest| format!("{to}/{rest}"));
        let patch = moved.map_or_else(Patch::none, |image| Patch::new().set(node, image));
        context.report(node, message).help(format!("use {to}")).fix(patch);
    }
}
