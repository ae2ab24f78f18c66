use crate::rule::prelude::*;

rule! {
    /// A container that may fill its node's disk.
    ///
    /// Logs, caches and `emptyDir` volumes share the disk of the node: without a limit one container can have all pods
    /// of the node evicted.
    ///
    /// **How to fix**: set `resources.requests` and `limits` for `ephemeral-storage`.
    id: "missing-ephemeral-storage-limit",
    severity: Info,
    peers: &["kube-score:container-ephemeral-storage-request-and-limit"],
    references: &["https://kubernetes.io/docs/concepts/storage/ephemeral-storage/"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check<'t>(container: Container<'t>, context: &mut Context<'_, 't>) {
    if container.role.is_long_running() && context.effective_limit(container, "ephemeral-storage").is_none() {
        let message = format!("container `{}` has no limit for ephemeral storage", container.name());
        context
            .report(container.missing("resources.limits[ephemeral-storage]"), message)
            .help("set a limit for `ephemeral-storage`");
    }
}
