use crate::rule::prelude::*;

rule! {
    /// A sync wave that is no integer.
    ///
    /// Argo CD silently takes it for wave 0: the order that was meant does not hold.
    ///
    /// **How to fix**: write an integer in quotes: `"5"`.
    id: "invalid-sync-wave",
    severity: Error,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let annotations = object.metadata().and_then(|metadata| metadata.get("annotations"));
    let Some(node) = annotations.and_then(|map| map.get("argocd.argoproj.io/sync-wave")) else { return };
    if node.as_str().is_some_and(|text| text.parse::<i64>().is_err()) {
        context.report(node, format!("`{}` is no sync wave", node.as_str().unwrap_or(""))).help("write an integer in quotes");
    }
}
