use crate::rule::prelude::*;

rule! {
    /// A custom resource in an earlier wave than its definition.
    ///
    /// Argo CD applies waves in order: the CustomResourceDefinition does not exist yet when the resource is applied,
    /// and the sync fails.
    ///
    /// **How to fix**: give the definition a lower wave than the resource.
    id: "custom-resource-before-definition",
    severity: Error,
    repository: true,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/"],
    check: Check::Object(check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let Some(own) = wave(object) else { return };
    let gvk = object.gvk;
    if !gvk.group.contains('.') || gvk.group == "apiextensions.k8s.io" {
        return;
    }
    let definition = context.set.of_kind("apiextensions.k8s.io", "CustomResourceDefinition").find(|item| {
        let spec = item.object.spec();
        spec.and_then(|s| s.str_at("group")) == Some(gvk.group)
            && spec.and_then(|s| s.at(&["names", "kind"])).and_then(Node::as_str) == Some(gvk.kind)
    });
    let Some(definition) = definition else { return };
    if own < wave(definition.object).unwrap_or(0) {
        let annotations = object.metadata().and_then(|metadata| metadata.get("annotations"));
        let node = annotations.and_then(|map| map.get("argocd.argoproj.io/sync-wave")).unwrap_or(object.root);
        context
            .report(node, format!("{} is applied before its definition", object.title()))
            .help("give the definition a lower wave")
            .related(definition.object.place(), "the definition");
    }
}

fn wave(object: Object<'_>) -> Option<i64> {
    object.annotation("argocd.argoproj.io/sync-wave")?.parse().ok()
}
