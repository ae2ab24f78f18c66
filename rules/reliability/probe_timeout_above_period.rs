use crate::rule::prelude::*;

rule! {
    /// A probe that may take longer than the time until the next one.
    ///
    /// `timeoutSeconds` above `periodSeconds` does not give the program more time: a probe that hangs delays the next ones,
    /// so that a pod which does not answer is noticed late, after `failureThreshold` *timeouts*.
    ///
    /// **How to fix**: keep `timeoutSeconds` at or below `periodSeconds`.
    id: "probe-timeout-above-period",
    severity: Info,
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#configure-probes"],
    check: Check::Container(check),
}

/// What the server fills in.
const PERIOD: i64 = 10;

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    for field in ["startupProbe", "readinessProbe", "livenessProbe"] {
        let Some(probe) = container.node.get(field) else { continue };
        let Some(node) = probe.get("timeoutSeconds") else { continue };
        let period = probe.get("periodSeconds").map_or(Some(PERIOD), Node::as_i64).filter(|period| *period > 0);
        if let (Some(timeout), Some(period)) = (node.as_i64(), period)
            && timeout > period
        {
            let message = format!(
                "the {field} of container `{}` may take {timeout} s but runs every {period} s",
                container.name()
            );
            context.report(node, message).help("keep `timeoutSeconds` at or below `periodSeconds`");
        }
    }
}
