use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// A port name that two containers of a pod use.
    ///
    /// Services that ask for a port by its name get the first one. Info where only the containers' own probes ask for it: each looks in
    /// its own container.
    ///
    /// **How to fix**: give each port a name of its own.
    id: "duplicate-port-name",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports"],
    peers: &["kube-score:container-ports-check"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let mut seen: HashMap<&str, (Container<'_>, Node<'_>)> = HashMap::new();
    for container in pod.containers() {
        // Of two in one container the server itself says it.
        let mut own: HashMap<&str, Node<'_>> = HashMap::new();
        for node in container.ports().filter_map(|port| port.get("name")) {
            let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { continue };
            if own.contains_key(name) {
                continue;
            }
            own.insert(name, node);
            if let Some((other, first)) = seen.get(name) {
                let message = format!("the pod has two ports named `{name}`");
                let help = "rename one of them: Services that name it get the first";
                let probed = probes(container, name) && probes(*other, name) && !context.is_called_by(name);
                let most = if probed { Severity::Info } else { Severity::Error };
                context.report(node, message).help(help).related(*first, "the first").at_most(most);
            }
        }
        own.into_iter().for_each(|(name, node)| {
            seen.entry(name).or_insert((container, node));
        });
    }
}

/// Whether a probe of the container asks for its port of that name.
fn probes(container: Container<'_>, name: &str) -> bool {
    let probes = ["livenessProbe", "readinessProbe", "startupProbe"].into_iter();
    let mut ports = probes.filter_map(|probe| container.node.get(probe)).flat_map(|probe| {
        ["httpGet", "tcpSocket"].into_iter().filter_map(move |handler| probe.at(&[handler, "port"])?.as_str())
    });
    ports.any(|port| port == name)
}
