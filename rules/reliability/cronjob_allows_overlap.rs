use crate::rule::prelude::*;

rule! {
    /// A CronJob whose runs may overlap.
    ///
    /// With `concurrencyPolicy: Allow`, which is the default, a run that takes longer than the interval overlaps with the next one:
    /// backups, migrations and reports then work on the same data at the same time. Info, for runs at least once an hour.
    ///
    /// **How to fix**: set `concurrencyPolicy` to `Forbid` or `Replace`.
    id: "cronjob-allows-overlap",
    severity: Info,
    fix: Some(Applicability::Unsafe),
    peers: &["datree:CRONJOB_MISSING_CONCURRENCYPOLICY_KEY"],
    references: &["https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#concurrency-policy"],
    profiles: &["strict"],
    check: Check::Kind(&["batch/CronJob"], check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    let Some(spec) = object.spec() else { return };
    let schedule = spec.str_at("schedule").unwrap_or("");
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    let often =
        matches!(fields.as_slice(), [_, "*", "*", "*", _]) || schedule == "@hourly" || schedule.starts_with("@every");
    let policy = spec.get("concurrencyPolicy");
    if often && matches!(policy.and_then(Node::as_str), None | Some("Allow")) {
        let place = policy.map_or_else(|| Place::missing(spec, "concurrencyPolicy"), Place::Value);
        let message = format!("the runs of {} may overlap", object.title());
        let patch = Patch::new().field(spec, &["concurrencyPolicy"], "Forbid");
        context.report(place, message).help("set `concurrencyPolicy` to `Forbid` or `Replace`").fix(patch);
    }
}
