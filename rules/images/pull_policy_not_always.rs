use crate::rule::prelude::*;

rule! {
    /// An image that is not pulled on every start.
    ///
    /// With another policy than `Always` a pod starts from what is on the node, whether or not its account may pull
    /// the image.
    ///
    /// **How to fix**: set `imagePullPolicy: Always`.
    id: "pull-policy-not-always",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-score:container-image-pull-policy", "polaris:pullPolicyNotAlways", "checkov:CKV_K8S_15", "kics:image_pull_policy_of_container_is_not_always", "kyverno:imagepullpolicy-always", "kube-linter:image-pull-policy"],
    references: &["https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let policy = container.node.get("imagePullPolicy");
    let latest =
        container.image().is_some_and(|image| image.digest.is_none() && matches!(image.tag, None | Some("latest")));
    let always = policy.and_then(Node::as_str).map_or(latest, |policy| policy == "Always");
    if !always && container.image_node().is_some() {
        let place = policy.map_or_else(|| container.missing("imagePullPolicy"), Place::Value);
        let message = format!("the image of container `{}` is not pulled on every start", container.name());
        let patch = Patch::new().field(container.node, &["imagePullPolicy"], "Always");
        context.report(place, message).help("set `imagePullPolicy: Always`").fix(patch);
    }
}
