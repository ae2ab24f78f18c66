use crate::rule::prelude::*;

rule! {
    /// A probe on a port that the container does not declare.
    ///
    /// A port by name that is not there makes every probe fail, and the container is restarted for ever. A number may work
    /// without being declared, but where others are, it is mostly the wrong one: that is a warning.
    ///
    /// **How to fix**: name one of the container's ports.
    id: "probe-port-unknown",
    severity: Error,
    peers: &["kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let declared = || container.pod.containers().flat_map(|c| c.ports());
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"].into_iter().filter_map(|field| container.node.get(field)) {
        let handler = ["httpGet", "tcpSocket", "grpc"].into_iter().find_map(|kind| probe.get(kind));
        let Some(node) = handler.and_then(|handler| handler.get("port")) else { continue };
        let (known, is_name) = match node.as_str() {
            // Names belong to the container itself.
            Some(name) => (name.parse::<u16>().is_ok() || container.ports().any(|p| p.str_at("name") == Some(name)), true),
            None => {
                let open = declared().any(|p| p.get("containerPort").and_then(Node::as_i64) == node.as_i64());
                (open || container.ports().next().is_none(), false)
            }
        };
        if !known {
            let message = format!("container `{}` declares no port `{}`, which is probed", container.name(), node.raw());
            let finding = context.report(node, message).help("name one of the container's ports");
            if !is_name {
                finding.at_most(Severity::Warning);
            }
        }
    }
}
