use crate::rule::prelude::*;

rule! {
    /// A Helm hook that does not exist.
    ///
    /// Helm takes an object whose `helm.sh/hook` it does not know out of the release and never applies it; Argo CD does the
    /// same. An unknown `helm.sh/hook-delete-policy` is ignored.
    ///
    /// **How to fix**: use `pre-install`, `post-install`, `pre-upgrade`, `post-upgrade`, `pre-delete`, `post-delete`,
    /// `pre-rollback`, `post-rollback` or `test`; for the policy `before-hook-creation`, `hook-succeeded` or `hook-failed`.
    id: "unknown-helm-hook",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    references: &["https://helm.sh/docs/topics/charts_hooks/", "https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks"],
    check: Check::Object(check),
}

const HOOKS: &[&str] = &[
    "pre-install",
    "post-install",
    "pre-upgrade",
    "post-upgrade",
    "pre-delete",
    "post-delete",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
    "test-failure",
    "crd-install",
];
const POLICIES: &[&str] = &["before-hook-creation", "hook-succeeded", "hook-failed"];

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(annotations) = object.annotations() else { return };
    for (key, known) in [(sync::HELM_HOOK, HOOKS), ("helm.sh/hook-delete-policy", POLICIES)] {
        let Some(node) = annotations.get(key) else { continue };
        // Helm reads them without regard to case.
        for word in sync::values(node.as_str().unwrap_or(""))
            .filter(|word| !known.contains(&word.to_ascii_lowercase().as_str()))
        {
            let message = format!("`{word}` is not a valid value of `{key}`");
            let patch = closest(word, known.iter().copied())
                .map_or_else(Patch::none, |better| sync::respell(node, word, better));
            let draft = context.report(node, message).help(format!("use one of {}", known.join(", "))).fix(patch);
            if key != sync::HELM_HOOK {
                draft.at_most(Severity::Warning);
            }
        }
    }
}
