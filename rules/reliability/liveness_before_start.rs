use crate::rule::prelude::*;

rule! {
    /// A liveness probe that may kill the container before it can become ready.
    ///
    /// Without a startup probe, liveness begins at once: when it fails for good before the readiness probe is even asked for
    /// the first time, a slow start never ends.
    ///
    /// **How to fix**: add a `startupProbe`, or start the liveness probe later than readiness.
    id: "liveness-before-start",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(live), Some(ready)) = (container.node.get("livenessProbe"), container.node.get("readinessProbe")) else {
        return;
    };
    if container.node.get("startupProbe").is_some() {
        return;
    }
    let field = |probe: Node<'_>, name: &str, default: i64| probe.get(name).and_then(Node::as_i64).unwrap_or(default);
    let tries = field(live, "failureThreshold", 3) - 1;
    let killed = field(live, "initialDelaySeconds", 0) + tries * field(live, "periodSeconds", 10);
    let asked = field(ready, "initialDelaySeconds", 0);
    if killed < asked {
        let message = format!(
            "container `{}` may be killed after {killed} s, before the readiness probe starts at {asked} s",
            container.name()
        );
        context
            .report(Place::Key(live), message)
            .help("add a `startupProbe`, or start the liveness probe later")
            .related(Place::Key(ready), "the readiness probe starts here");
    }
}
