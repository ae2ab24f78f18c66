use crate::rule::prelude::*;

rule! {
    /// An object in the namespace `default`.
    ///
    /// Everything in `default` shares its service account, its quotas and its policies, and is found by everyone who forgot to
    /// name a namespace. Separate namespaces for applications and environments are what permissions, quotas and network
    /// policies attach to.
    ///
    /// **How to fix**: give the application a namespace of its own.
    id: "default-namespace",
    severity: Info,
    peers: &["kics:ensure_administrative_boundaries_between_resources", "kube-linter:use-namespace", "checkov:CKV_K8S_21", "trivy:KSV-0110", "kubescape:C-0212", "kics:using_unrecommended_namespace", "kyverno:disallow-default-namespace", "datree:WORKLOAD_INCORRECT_NAMESPACE_VALUE_DEFAULT", "kubescape:C-0061"],
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let node = object.metadata().and_then(|metadata| metadata.get("namespace"));
    let Some(node) = node.filter(|node| node.as_str() == Some("default")) else { return };
    // Permissions in `default` are for those who look at what lies there.
    if object.gvk.group == "rbac.authorization.k8s.io" || is_of_the_cluster(object) {
        return;
    }
    if context.item().namespace() == Some("default") {
        let message = format!("{} is in the namespace `default`", object.title());
        context.report(node, message).help("give the application a namespace of its own");
    }
}

/// Objects that every cluster keeps in `default`, which a manifest can only change.
fn is_of_the_cluster(object: Object<'_>) -> bool {
    matches!(
        (object.gvk.kind, object.name()),
        ("ServiceAccount", Some("default")) | ("Service" | "Endpoints" | "EndpointSlice", Some("kubernetes"))
    )
}
