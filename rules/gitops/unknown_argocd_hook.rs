use crate::rule::prelude::*;

rule! {
    /// A hook of Argo CD that does not exist.
    ///
    /// An object whose `argocd.argoproj.io/hook` is misspelt belongs to no phase: Argo CD never applies it, and says
    /// nothing.
    ///
    /// **How to fix**: use `PreSync`, `Sync`, `PostSync`, `SyncFail`, `PostDelete` or `Skip`.
    id: "unknown-argocd-hook",
    severity: Error,
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/"],
    check: Check::Object(check),
}

const HOOKS: &[&str] = &["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip"];
const POLICIES: &[&str] = &["HookSucceeded", "HookFailed", "BeforeHookCreation"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(annotations) = object.metadata().and_then(|metadata| metadata.get("annotations")) else { return };
    for (key, known) in [("argocd.argoproj.io/hook", HOOKS), ("argocd.argoproj.io/hook-delete-policy", POLICIES)] {
        let Some(node) = annotations.get(key) else { continue };
        for word in node.as_str().unwrap_or("").split(',').map(str::trim) {
            if !word.is_empty() && !known.contains(&word) {
                context.report(node, format!("`{word}` is no value of `{key}`")).help(format!("use one of {}", known.join(", ")));
            }
        }
    }
}
