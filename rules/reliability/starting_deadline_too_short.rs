use crate::rule::prelude::*;

rule! {
    /// A CronJob with less than ten seconds to start.
    ///
    /// The controller looks at its CronJobs every ten seconds. With a shorter `startingDeadlineSeconds` a run may be too late
    /// before it was seen, and is left out.
    ///
    /// **How to fix**: set it to at least ten seconds, better some minutes.
    id: "starting-deadline-too-short",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline"],
    check: Check::Kind(&["batch/CronJob"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(node) = object.spec().and_then(|spec| spec.get("startingDeadlineSeconds")) else { return };
    if let Some(seconds) = node.as_i64().filter(|seconds| (0..10).contains(seconds)) {
        let message =
            format!("{} must start within {seconds} s, but its controller only checks every 10 s", object.title());
        context.report(node, message).help("set it to at least ten seconds");
    }
}
