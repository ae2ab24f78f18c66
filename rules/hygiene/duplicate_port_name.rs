use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// A port name that two containers of a pod use.
    ///
    /// Services and probes that ask for a port by its name get the first one.
    ///
    /// **How to fix**: give each port a name of its own.
    id: "duplicate-port-name",
    severity: Warning,
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports"],
    peers: &["kube-score:container-ports-check"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let mut seen: HashMap<&str, Node<'_>> = HashMap::new();
    for container in pod.containers() {
        // Of two in one container the server itself says it.
        let mut own: HashMap<&str, Node<'_>> = HashMap::new();
        for node in container.ports().filter_map(|port| port.get("name")) {
            let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { continue };
            if own.contains_key(name) {
                continue;
            }
            own.insert(name, node);
            if let Some(first) = seen.get(name) {
                let message = format!("the pod has two ports named `{name}`");
                let help = "rename one of them: Services and probes that name it get the first";
                context.report(node, message).help(help).related(*first, "the first");
            }
        }
        own.into_iter().for_each(|(name, node)| {
            seen.entry(name).or_insert(node);
        });
    }
}
