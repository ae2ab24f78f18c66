use crate::rule::prelude::*;

rule! {
    /// A schedule for a day that never comes.
    ///
    /// No February has a 30th, no April a 31st: the server accepts such a schedule, and the CronJob, or the backup of Velero, never runs. What
    /// is suspended may have one: it is started by hand.
    ///
    /// **How to fix**: choose a day that exists in one of the months; the last one of each month has no number, the first one has.
    id: "schedule-never-comes",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax"],
    check: Check::Kind(&["batch/CronJob", "argoproj.io/CronWorkflow", "velero.io/Schedule"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    // Such a day is how one says that it is started by hand.
    if spec.get("suspend").and_then(Node::as_bool) == Some(true) {
        return;
    }
    let several = spec.get("schedules").into_iter().flat_map(Node::items);
    for node in spec.get("schedule").into_iter().chain(several) {
        if node.as_str().is_some_and(cron::never_comes) {
            let message = format!("{} never runs: none of its months has that day", object.title());
            context.report(node, message).help("choose a day that exists in one of the months");
        }
    }
}
