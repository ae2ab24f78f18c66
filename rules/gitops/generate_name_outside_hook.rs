use crate::rule::prelude::*;

rule! {
    /// An object without a name of its own.
    ///
    /// `generateName` makes a new object at each creation: `kubectl apply` refuses it, and Argo CD creates one more at
    /// every sync unless it is a hook.
    ///
    /// **How to fix**: give it a name, or make it a hook.
    id: "generate-name-outside-hook",
    severity: Info,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/"],
    check: Check::ObjectInSet(check),
}

fn check(object: Object<'_>, context: &mut SetContext<'_, '_>) {
    let Some(metadata) = object.metadata() else { return };
    let hook = ["argocd.argoproj.io/hook", "helm.sh/hook"].iter().any(|key| object.annotation(key).is_some());
    let created = matches!(object.gvk.group, "argoproj.io" | "tekton.dev");
    if let Some(node) = metadata.get("generateName").filter(|_| metadata.get("name").is_none() && !hook && !created) {
        context
            .report(node, format!("this {} has no name, so it cannot be applied twice", object.gvk.kind))
            .help("give it a name, or make it a hook");
    }
}
