use crate::rule::prelude::*;

rule! {
    /// An `emptyDir` without a size.
    ///
    /// It may fill the node's disk, or with `medium: Memory` its memory.
    ///
    /// **How to fix**: set `emptyDir.sizeLimit`.
    id: "empty-dir-without-size-limit",
    severity: Info,
    peers: &["kyverno:require-emptydir-requests-limits"],
    references: &["https://kubernetes.io/docs/concepts/storage/volumes/#emptydir"],
    profiles: &["strict"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    for volume in pod.volumes() {
        let Some(node) = volume.get("emptyDir").filter(|node| node.get("sizeLimit").is_none()) else { continue };
        let message = format!("volume `{}` has no size", volume.str_at("name").unwrap_or(""));
        context.report(Place::Key(node), message).help("set `emptyDir.sizeLimit`");
    }
}
