use crate::rule::prelude::*;

rule! {
    /// A Service port that leads to no port of its pods.
    ///
    /// A `targetPort` by name that no container declares gives a Service without endpoints. Containers need not declare the
    /// ports they open, so a number is only a remark, where the selected pods declare ports (TCP or UDP as the Service asks)
    /// and this is none of them.
    ///
    /// **How to fix**: let `targetPort` name one of the containers' ports, or declare the port.
    id: "service-target-port-mismatch",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["popeye:1106"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports"],
    check: Check::Kind(&["Service"], check),
}

fn check<'t>(object: Object<'t>, context: &mut Context<'_, 't>) {
    let service = Service { object };
    let Some(selector) = service.selector().filter(|_| !service.is_external_name()) else { return };
    let item = context.item();
    let pods: Vec<_> = context
        .set
        .selected_by_map(selector, item.namespace())
        .filter_map(|(_, workload)| workload.pod_spec())
        .collect();
    if pods.is_empty() {
        return;
    }
    for port in service.ports() {
        let Some(target) = port.get("targetPort").or_else(|| port.get("port")) else { continue };
        // A headless Service does not translate ports: its number is only written down.
        let bare_headless = service.is_headless() && target.as_str().is_none();
        let name = target.as_str().unwrap_or("containerPort");
        let mut items = context.set.selected_by_map(selector, item.namespace()).map(|(item, _)| item);
        let mut patched = || items.any(|item| item.surroundings.patched(item.object.gvk.kind, name));
        if bare_headless || pods.iter().any(|&pod| may_open(pod, target, port)) || patched() {
            continue;
        }
        let message =
            format!("no container behind {} declares a port `{}`", object.title(), target.raw().trim_matches('"'));
        let names = pods
            .iter()
            .flat_map(|pod| pod.long_running())
            .flat_map(Container::ports)
            .filter_map(|port| port.str_at("name"));
        let meant = target.as_str().and_then(|name| closest(name, names));
        let most = if target.is_string() { Severity::Error } else { Severity::Info };
        let help = "name a port that a selected container declares";
        let finding = context.report(target, message).help(help).fix(Patch::respell(target, meant)).at_most(most);
        if let Some(container) = pods[0].long_running().next() {
            finding.related(container.node, "this container is selected");
        }
    }
}

/// Whether a container of the pod opens the port, or may: none declares ports at all, and the port is given by number.
fn may_open(pod: PodSpec<'_>, target: Node<'_>, port: Node<'_>) -> bool {
    let protocol = port.str_at("protocol").unwrap_or("TCP");
    let mut ports = pod.long_running().flat_map(|container| container.ports()).peekable();
    match target.as_str() {
        Some(name) => ports.any(|p| p.str_at("name") == Some(name)),
        None if ports.peek().is_none() => true,
        None => ports.any(|p| {
            let same = p.get("containerPort").and_then(Node::as_i64) == target.as_i64();
            same && p.str_at("protocol").unwrap_or("TCP") == protocol
        }),
    }
}
