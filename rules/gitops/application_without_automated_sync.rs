use crate::rule::prelude::*;

rule! {
    /// An Application without automated sync.
    ///
    /// What is merged is not what runs until someone presses a button, and what is changed by hand in the cluster
    /// stays.
    ///
    /// **How to fix**: set `spec.syncPolicy.automated` with `prune` and `selfHeal`.
    id: "application-without-automated-sync",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    references: &["https://argo-cd.readthedocs.io/en/stable/user-guide/auto_sync/"],
    profiles: &["strict", "seeds"],
    check: Check::Kind(&["argoproj.io/Application"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    if spec.at(&["syncPolicy", "automated"]).is_none()
        && spec.get("syncPolicy").is_none_or(|p| p.get_entry("automated").is_none())
    {
        let message = format!("{} has no automated sync", object.title());
        let place = Place::missing(spec, "syncPolicy.automated");
        let patch = Patch::new().put(&place, json!({"prune": true, "selfHeal": true}));
        context.report(place, message).help("set `syncPolicy.automated` with `prune` and `selfHeal`").fix(patch);
    }
}
