use crate::rule::prelude::*;

rule! {
    /// A long-running container without a startup probe.
    ///
    /// A startup probe holds the other two back until the container has started. Without one, a slow start is either
    /// covered by a long `initialDelaySeconds`, which delays every restart, or ends in a restart loop. Info, since
    /// containers that start quickly do not need one.
    ///
    /// **How to fix**: add a `startupProbe` that allows for the slowest start (`failureThreshold` times `periodSeconds`).
    id: "missing-startup-probe",
    severity: Info,
    references: &["https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe"],
    profiles: &["strict", "seeds"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    if container.is_probed() && container.node.get("startupProbe").is_none() {
        let message = format!("container `{}` has no startup probe", container.name());
        context
            .report(container.missing("startupProbe"), message)
            .help("add a `startupProbe` where the container takes more than a few seconds to start");
    }
}
