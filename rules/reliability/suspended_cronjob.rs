use crate::rule::prelude::*;

rule! {
    /// A CronJob that is suspended.
    ///
    /// It never runs, but looks as if it did.
    ///
    /// **How to fix**: remove `suspend`, or the CronJob.
    id: "suspended-cronjob",
    severity: Info,
    peers: &["popeye:1500"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-suspension"],
    profiles: &["strict"],
    check: Check::Kind(&["batch/CronJob"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let node = object.spec().and_then(|spec| spec.get("suspend")).filter(|node| node.as_bool() == Some(true));
    if let Some(node) = node {
        context.report(node, format!("{} is suspended", object.title())).help("remove `suspend`, or the CronJob");
    }
}
