use crate::rule::prelude::*;

rule! {
    /// A StatefulSet whose storage nothing in the repository backs up.
    ///
    /// Neither a CronJob that speaks of it or of a backup, nor a VolumeSnapshot, a Velero Schedule or a backup of an operator
    /// is in its namespace. Info: backups may be made elsewhere.
    ///
    /// **How to fix**: add a CronJob, a Velero Schedule or scheduled VolumeSnapshots.
    id: "stateful-set-without-backup",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/storage/volume-snapshots/", "https://velero.io/docs/main/"],
    profiles: &["strict", "seeds"],
    check: Check::KindInSet(&["apps/StatefulSet"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let claims = object.root.at(&["spec", "volumeClaimTemplates"]).is_some_and(|list| !list.is_empty());
    if claims && !context.set.items().iter().any(|item| makes_backups(item, &context.item())) {
        let message = format!("nothing in this repository backs up the data of {}", object.title());
        context.report(object.place(), message).help("add a CronJob, a Velero Schedule or scheduled VolumeSnapshots");
    }
}

fn makes_backups(item: &Item<'_>, of: &Item<'_>) -> bool {
    let gvk = item.object.gvk;
    let snapshot = gvk.kind.contains("Backup") || gvk.kind.contains("Snapshot") || gvk.is("velero.io", "Schedule");
    let name = item.name().unwrap_or("");
    let cron = gvk.is("batch", "CronJob") && item.shares_namespace(of);
    snapshot
        || cron && (name.contains("backup") || name.contains("dump") || of.name().is_some_and(|of| name.contains(of)))
}
