use crate::rule::prelude::*;

rule! {
    /// A liveness probe that is the same as the readiness probe.
    ///
    /// As soon as the container is too busy to be ready it is restarted as well, which makes the others busier. Reported
    /// where what is asked and how patiently are the same.
    ///
    /// **How to fix**: let liveness ask only whether the process still runs, and be more patient (`failureThreshold`).
    id: "identical-probes",
    severity: Info,
    peers: &["kube-score:pod-probes-identical", "kyverno:ensure-probes-different"],
    references: &["https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"],
    profiles: &["strict"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let (Some(live), Some(ready)) = (container.node.get("livenessProbe"), container.node.get("readinessProbe")) else {
        return;
    };
    let handler =
        |probe: Node<'_>| ["httpGet", "tcpSocket", "exec", "grpc"].iter().find_map(|kind| probe.get(kind)).map(shown);
    let patience = |probe: Node<'_>| {
        let field = |name: &str, default: i64| probe.get(name).and_then(Node::as_i64).unwrap_or(default);
        (field("failureThreshold", 3) * field("periodSeconds", 10), field("timeoutSeconds", 1))
    };
    if handler(live) == handler(ready) && patience(live) <= patience(ready) {
        let message = format!("container `{}` has the same liveness and readiness probe", container.name());
        context
            .report(Place::Key(live), message)
            .help("make the liveness probe simpler and more tolerant than the readiness probe")
            .related(Place::Key(ready), "the readiness probe");
    }
}

/// What a handler asks, without the spelling.
fn shown(node: Node<'_>) -> Vec<(String, String)> {
    let mut fields: Vec<_> =
        node.entries().map(|entry| (entry.name.to_owned(), entry.value.raw().split_whitespace().collect())).collect();
    fields.sort();
    fields
}
