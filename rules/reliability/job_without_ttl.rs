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
    peers: &["kube-linter:job-ttl-seconds-after-finished"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/"],
    profiles: &["strict"],
    check: Check::Kind(&["batch/Job"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let hook = ["helm.sh/hook", "argocd.argoproj.io/hook"].iter().any(|key| object.annotation(key).is_some());
    if !hook && object.spec().is_some_and(|spec| spec.get("ttlSecondsAfterFinished").is_none()) {
        let message = format!("{} stays after it has finished", object.title());
        context.report(object.missing_in_spec("ttlSecondsAfterFinished"), message).help("set `ttlSecondsAfterFinished`");
    }
}
