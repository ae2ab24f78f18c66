use crate::rule::prelude::*;

rule! {
    /// A Job that stays after it has finished.
    ///
    /// Finished Jobs and their pods pile up in the API server until someone deletes them. Jobs of a CronJob are bounded by
    /// its history limits; hooks of Helm and Argo CD are deleted by these.
    ///
    /// **How to fix**: set `ttlSecondsAfterFinished`.
    id: "job-without-ttl",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:job-ttl-seconds-after-finished"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/"],
    profiles: &["strict"],
    check: Check::Kind(&["batch/Job"], check),
}

/// Long enough to look at what went wrong, in seconds.
const DAY: i64 = 86_400;

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let hook = ["helm.sh/hook", "argocd.argoproj.io/hook"].iter().any(|key| object.annotation(key).is_some());
    let Some(spec) = object.spec() else { return };
    if !hook && spec.get("ttlSecondsAfterFinished").is_none() {
        let message = format!("{} is not deleted after it has finished", object.title());
        let place = object.missing_in_spec("ttlSecondsAfterFinished");
        let patch = Patch::new().field(spec, &["ttlSecondsAfterFinished"], DAY);
        context.report(place, message).help("set `ttlSecondsAfterFinished`").fix(patch);
    }
}
