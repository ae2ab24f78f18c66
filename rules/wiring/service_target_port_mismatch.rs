use crate::rule::prelude::*;

rule! {
    /// A Service port that matches no port of its pods.
    ///
    /// A `targetPort` by name that no container declares, or declares for another protocol, gives a Service without
    /// endpoints. Containers need not declare the
    /// ports they open, so a number is only info, where the selected pods declare ports (TCP or UDP as the Service asks)
    /// and this is none of them.
    ///
    /// **How to fix**: let `targetPort` use one of the containers' ports, or declare the port.
    id: "service-target-port-mismatch",
    severity: Error,
    fix: Some(Applicability::Unsafe),
    peers: &["popeye:1106"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports"],
    check: Check::KindInSet(&["Service"], check),
}

fn check<'t>(object: Object<'t>, context: &mut SetContext<'_, 't>) {
    let service = Service { object };
    let Some(selector) = service.selector().filter(|_| !service.is_external_name()) else { return };
    let item = context.item();
    let selected = context.set.selected_by_map(selector, item.namespace());
    let open = selected.ports();
    if !open.any {
        return;
    }
    for port in service.ports() {
        let Some(target) = port.get("targetPort").or_else(|| port.get("port")) else { continue };
        // A headless Service does not translate ports: its number is only written down.
        let bare_headless = service.is_headless() && target.as_str().is_none();
        let protocol = port.str_at("protocol").unwrap_or("TCP");
        if let Some(other) = target.as_str().and_then(|name| open.speaks_other(name, protocol)) {
            let message = format!(
                "the port `{}` behind {} is declared for protocol {other}, not {protocol}",
                target.raw().trim_matches('"'),
                object.title()
            );
            context.report(target, message).help("a named port must match the protocol of the Service port");
            continue;
        }
        let name = target.as_str().unwrap_or("containerPort");
        if bare_headless || may_open(open, target, port) || open.are_patched(name) {
            continue;
        }
        let message =
            format!("none of the pods of {} declares a port `{}`", object.title(), target.raw().trim_matches('"'));
        let meant = target.as_str().and_then(|name| closest(name, open.names.iter().copied()));
        let most = if target.is_string() { Severity::Error } else { Severity::Info };
        let help = "use a port that a selected container declares";
        let finding = context.report(target, message).help(help).fix(Patch::respell(target, meant)).at_most(most);
        let pod = selected.first().and_then(|(_, workload)| workload.pod_spec());
        if let Some(container) = pod.and_then(|pod| pod.long_running().next()) {
            finding.related(container.node, "this container is selected");
        }
    }
}

/// Whether a container opens the port, or may: those of a pod declare none at all, and the port is given by number.
fn may_open(open: &Ports<'_>, target: Node<'_>, port: Node<'_>) -> bool {
    let protocol = port.str_at("protocol").unwrap_or("TCP");
    match target.as_str() {
        Some(name) => open.has_name(name),
        None => open.undeclared || open.has_number(target.as_i64(), Some(protocol)),
    }
}
