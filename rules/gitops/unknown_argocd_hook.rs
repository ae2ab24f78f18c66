use crate::rule::prelude::*;

rule! {
    /// An Argo CD hook that does not exist.
    ///
    /// An object whose `argocd.argoproj.io/hook` holds no name of a hook belongs to no phase: Argo CD never applies it, and
    /// says nothing. Names count as they are written, upper and lower case included. An unknown value of
    /// `argocd.argoproj.io/hook-delete-policy` is ignored: the hook is deleted before it is made anew, as without one.
    ///
    /// **How to fix**: use `PreSync`, `Sync`, `PostSync`, `SyncFail`, `PreDelete`, `PostDelete` or `Skip`; for the policy
    /// `HookSucceeded`, `HookFailed` or `BeforeHookCreation`.
    id: "unknown-argocd-hook",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    references: &[
        "https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/",
        "https://github.com/argoproj/argo-cd/blob/master/gitops-engine/pkg/sync/hook/hook.go",
    ],
    check: Check::Object(check),
}

const HOOKS: &[&str] = &["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete", "Skip"];
const POLICIES: &[&str] = &["HookSucceeded", "HookFailed", "BeforeHookCreation"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(annotations) = object.annotations() else { return };
    for (key, known) in [(sync::HOOK, HOOKS), (sync::HOOK_DELETE_POLICY, POLICIES)] {
        let Some(node) = annotations.get(key) else { continue };
        let text = node.as_str().unwrap_or("");
        let help = || format!("use one of {}", known.join(", "));
        if key == sync::HOOK && node.is_string() && sync::values(text).next().is_none() {
            context.report(node, format!("`{key}` is empty: the object is never applied")).help(help());
        }
        for word in sync::values(text).filter(|word| !known.contains(word)) {
            let patch = closest(word, known.iter().copied())
                .map_or_else(Patch::none, |better| sync::respell(node, word, better));
            let draft =
                context.report(node, format!("`{word}` is not a valid value of `{key}`")).help(help()).fix(patch);
            if key == sync::HOOK_DELETE_POLICY {
                draft.at_most(Severity::Warning);
            }
        }
    }
}
