use crate::rule::prelude::*;

rule! {
    /// A namespace on a cluster-scoped object.
    ///
    /// ClusterRoles, Namespaces, StorageClasses and the like exist once in a cluster. The server drops the namespace silently, so that two copies meant for two namespaces are one object, and the last one applied wins.
    ///
    /// **How to fix**: remove `metadata.namespace`, and put into the name what tells copies apart.
    id: "namespace-on-cluster-scoped-object",
    severity: Info,
    fix: Some(Applicability::Safe),
    references: &["https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#not-all-objects-are-in-a-namespace"],
    check: Check::ObjectInSet(check),
}

fn check(object: Object<'_>, context: &mut SetContext<'_, '_>) {
    let Some(node) = object.metadata().and_then(|metadata| metadata.get("namespace")) else { return };
    let cluster = apis::is_cluster_scoped(object.gvk)
        .unwrap_or_else(|| context.set.is_defined_cluster_scoped(object.gvk.group, object.gvk.kind));
    // A kustomization that sets the namespace of everything cannot leave out a custom kind.
    let set_for_all = node.by() == Some(By::Transformer);
    if cluster && !set_for_all && node.as_str().is_some_and(|name| !name.is_empty()) {
        let message = format!("{} is cluster-scoped and has no namespace", object.title());
        context.report(Place::Key(node), message).help("remove `metadata.namespace`").fix(Patch::new().remove(node));
    }
}
