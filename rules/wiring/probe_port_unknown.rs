use crate::rule::prelude::*;

rule! {
    /// A probe or lifecycle hook on a port that the container does not declare.
    ///
    /// A named port that does not exist makes every probe fail, and the container is restarted forever. A number may work
    /// without being declared, but where others are, it may be the wrong one: that is info. A `preStop` or `postStart`
    /// hook that calls a port by an unknown name fails, and after `postStart` the container is killed.
    ///
    /// **How to fix**: use one of the container's ports.
    id: "probe-port-unknown",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port"],
    references: &["https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port"],
    check: Check::Container(check),
}

fn check(container: Container<'_>, context: &mut Context<'_, '_>) {
    let declared = || container.pod.containers().flat_map(|c| c.ports());
    for probe in
        ["livenessProbe", "readinessProbe", "startupProbe"].into_iter().filter_map(|field| container.node.get(field))
    {
        let handler = ["httpGet", "tcpSocket", "grpc"].into_iter().find_map(|kind| probe.get(kind));
        let Some(node) = handler.and_then(|handler| handler.get("port")) else { continue };
        match node.as_str() {
            Some(name) => by_name(container, node, name, context),
            None => {
                let open = declared().any(|p| p.get("containerPort").and_then(Node::as_i64) == node.as_i64());
                if !open && container.ports().next().is_some() {
                    unknown(container, node, "which is probed", Severity::Info, context);
                }
            }
        }
    }
    for hook in ["postStart", "preStop"] {
        let handler = container.node.at(&["lifecycle", hook]);
        let called = handler.and_then(|handler| handler.get("httpGet").or_else(|| handler.get("tcpSocket")));
        let Some(node) = called.and_then(|called| called.get("port")) else { continue };
        let Some(name) = node.as_str().filter(|name| name.parse::<u16>().is_err()) else { continue };
        if !container.ports().any(|port| port.str_at("name") == Some(name)) {
            unknown(container, node, &format!("which its {hook} hook calls"), Severity::Error, context);
        }
    }
}

/// Names belong to the container itself; probes speak TCP, whatever the port is declared for.
fn by_name(container: Container<'_>, node: Node<'_>, name: &str, context: &mut Context<'_, '_>) {
    let port = container.ports().find(|port| port.str_at("name") == Some(name));
    match port.map(|port| port.str_at("protocol").unwrap_or("TCP")) {
        None if name.parse::<u16>().is_err() => unknown(container, node, "which is probed", Severity::Error, context),
        Some(protocol @ ("UDP" | "SCTP")) => {
            let message = format!(
                "container `{}` is probed by TCP on port `{name}`, which is declared for {protocol}",
                container.name()
            );
            context
                .report(node, message)
                .help("probe a port that speaks TCP, or use `exec`")
                .at_most(Severity::Warning);
        }
        _ => {}
    }
}

fn unknown(container: Container<'_>, node: Node<'_>, why: &str, most: Severity, context: &mut Context<'_, '_>) {
    let message = format!("container `{}` declares no port `{}`, {why}", container.name(), node.raw());
    let meant = node.as_str().and_then(|name| closest(name, container.ports().filter_map(|port| port.str_at("name"))));
    let help = "use one of the container's ports";
    context.report(node, message).help(help).at_most(most).fix(Patch::respell(node, meant));
}
