use crate::rule::prelude::*;

rule! {
    /// The weight of a Helm hook on an object that is not a hook.
    ///
    /// Helm orders hooks by it and passes it over on all other objects; Argo CD takes it for a sync wave on every object. So
    /// the two apply the same manifests in different orders.
    ///
    /// **How to fix**: remove `helm.sh/hook-weight`, or set `argocd.argoproj.io/sync-wave` where a wave is meant.
    id: "hook-weight-without-hook",
    severity: Warning,
    references: &[
        "https://helm.sh/docs/topics/charts_hooks/",
        "https://github.com/argoproj/argo-cd/blob/master/gitops-engine/pkg/sync/syncwaves/waves.go",
    ],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(annotations) = object.annotations() else { return };
    let Some(entry) = annotations.get_entry(sync::HELM_WEIGHT) else { return };
    let ordered = [sync::HELM_HOOK, sync::HOOK, sync::WAVE].iter().any(|key| annotations.get(key).is_some());
    if !ordered && entry.value.as_str() != Some("0") {
        let message =
            format!("{} is not a hook: Helm ignores its weight, but Argo CD uses it as a sync wave", object.title());
        context.report(Place::key(entry), message).help("remove it, or set a sync wave");
    }
}
