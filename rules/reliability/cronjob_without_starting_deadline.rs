use crate::rule::prelude::*;

rule! {
    /// A CronJob without a deadline for starting.
    ///
    /// A run that could not begin in time (an outage of the control plane, a suspension that is lifted) is started as soon as it
    /// can be, however late: the nightly job runs at noon. After 100 missed runs the controller warns of each.
    ///
    /// **How to fix**: set `startingDeadlineSeconds` to less than the interval between two runs.
    id: "cronjob-without-starting-deadline",
    severity: Info,
    peers: &["kics:cronjob_deadline_not_configured", "kube-score:cronjob-has-deadline", "datree:CRONJOB_MISSING_STARTINGDEADLINESECOND_KEY"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline"],
    profiles: &["strict"],
    check: Check::Kind(&["batch/CronJob"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if object.spec().is_some_and(|spec| spec.get("startingDeadlineSeconds").is_none()) {
        let message = format!("{} has no `startingDeadlineSeconds`", object.title());
        context
            .report(object.missing_in_spec("startingDeadlineSeconds"), message)
            .help("set `startingDeadlineSeconds`");
    }
}
