use crate::rule::prelude::*;

rule! {
    /// An `emptyDir` without a size.
    ///
    /// It may fill the node's disk, or with `medium: Memory` its memory. Not reported where every container of the pod has a limit
    /// for that (`ephemeral-storage`, or `memory`), against which the volume counts.
    ///
    /// **How to fix**: set `emptyDir.sizeLimit`.
    id: "empty-dir-without-size-limit",
    severity: Info,
    peers: &["kyverno:require-emptydir-requests-limits"],
    references: &["https://kubernetes.io/docs/concepts/storage/volumes/#emptydir"],
    profiles: &["strict"],
    check: Check::PodSpecInSet(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut SetContext<'_, 't>) {
    let (set, item) = (context.set, context.item());
    // What containers write to the volume counts against their limits.
    let bounded = |resource: &str| pod.containers().all(|c| set.effective_limit(&item, c, resource).is_some());
    for volume in pod.volumes() {
        let Some(node) = volume.get("emptyDir").filter(|node| node.get("sizeLimit").is_none()) else { continue };
        let resource = if node.str_at("medium") == Some("Memory") { "memory" } else { "ephemeral-storage" };
        if !bounded(resource) {
            let message = format!("volume `{}` has no size limit", volume.str_at("name").unwrap_or(""));
            context.report(Place::Key(node), message).help("set `emptyDir.sizeLimit`");
        }
    }
}
