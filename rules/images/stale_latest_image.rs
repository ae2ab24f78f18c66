use crate::rule::prelude::*;

rule! {
    /// The tag `latest` with an image that is not pulled on every start.
    ///
    /// Each node keeps the version that it pulled first: pods of one workload run different code, and a new release may
    /// never arrive.
    ///
    /// **How to fix**: name a version, or set `imagePullPolicy: Always`.
    id: "stale-latest-image",
    severity: Warning,
    fix: Some(Applicability::Unsafe),
    peers: &["kubescape:C-0075"],
    references: &["https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let named = container.image().filter(|image| !image.repository.is_empty() && !container.is_injected());
    let latest = named.is_some_and(|image| image.digest.is_none() && matches!(image.tag, None | Some("latest")));
    let policy =
        container.node.get("imagePullPolicy").filter(|node| matches!(node.as_str(), Some("IfNotPresent" | "Never")));
    let written = container.image_node().and_then(Node::as_str).unwrap_or("");
    if let Some(node) = policy.filter(|_| latest && !context.item().image_is_set(written)) {
        let message = format!("container `{}` runs whichever `latest` its node pulled first", container.name());
        let help = "name a version, or set `imagePullPolicy: Always`";
        context.report(node, message).help(help).fix(Patch::new().set(node, "Always"));
    }
}
