use crate::rule::prelude::*;

rule! {
    /// A namespace on an object that lives in none.
    ///
    /// ClusterRoles, Namespaces, StorageClasses and the like exist once in a cluster. The server drops the namespace without a
    /// word, so that two copies meant for two namespaces are one object, and the last one applied wins.
    ///
    /// **How to fix**: drop `metadata.namespace`, and put into the name what tells copies apart.
    id: "namespace-on-cluster-scoped-object",
    severity: Info,
    repository: true,
    fix: Some(Applicability::Safe),
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#not-all-objects-are-in-a-namespace"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = object.metadata().and_then(|metadata| metadata.get("namespace")) else { return };
    let cluster = apis::is_cluster_scoped(object.gvk).unwrap_or_else(|| is_custom_cluster_scoped(object.gvk, context));
    if cluster && node.as_str().is_some_and(|name| !name.is_empty()) {
        let message = format!("{} lives in no namespace", object.title());
        context.report(Place::Key(node), message).help("drop `metadata.namespace`").fix(Patch::new().remove(node));
    }
}

/// Whether a definition in the repository says so.
fn is_custom_cluster_scoped(gvk: Gvk<'_>, context: &Context<'_, '_>) -> bool {
    let mut definitions = context.set.of_kind("apiextensions.k8s.io", "CustomResourceDefinition").filter(|item| {
        let spec = item.object.spec();
        let kind = spec.and_then(|spec| spec.at(&["names", "kind"])).and_then(Node::as_str);
        spec.and_then(|spec| spec.str_at("group")) == Some(gvk.group) && kind == Some(gvk.kind)
    });
    definitions.any(|item| item.object.root.at(&["spec", "scope"]).and_then(Node::as_str) == Some("Cluster"))
}
