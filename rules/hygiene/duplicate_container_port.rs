use crate::rule::prelude::*;

rule! {
    /// A port that a pod lists twice.
    ///
    /// The containers of a pod share one network: only one of them can open a port, and with `kubectl apply` entries of the
    /// same number and protocol are merged. The API server warns of it.
    ///
    /// **How to fix**: drop one of them, or let one container listen elsewhere.
    id: "duplicate-container-port",
    severity: Warning,
    fix: Some(Applicability::Safe),
    peers: &["kube-score:container-ports-check"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model"],
    check: Check::PodSpec(check),
}

fn check(pod: PodSpec<'_>, context: &mut Context<'_, '_>) {
    let mut seen: Vec<Node<'_>> = Vec::new();
    for port in pod.containers().flat_map(Container::ports) {
        if let Some((earlier, how)) = seen.iter().find_map(|earlier| Some((earlier, clash(port, *earlier)?))) {
            let number = number(port, "containerPort");
            let message = format!("port {number}/{} {how}", protocol(port));
            let again = port.parent() == earlier.parent() && value_of(port) == value_of(*earlier);
            let patch = if again { Patch::new().remove(port) } else { Patch::none() };
            let place = port.get("containerPort").unwrap_or(port);
            context.report(place, message).help("drop one of them").related(*earlier, "the first").fix(patch);
        }
        seen.push(port);
    }
}

fn number(port: Node<'_>, field: &str) -> i64 {
    port.get(field).and_then(Node::as_i64).unwrap_or(0)
}

fn protocol(port: Node<'_>) -> &str {
    port.str_at("protocol").filter(|text| !text.is_empty()).unwrap_or("TCP")
}

/// How two ports are the same, if they are.
fn clash(port: Node<'_>, other: Node<'_>) -> Option<&'static str> {
    let (number, protocols) = (number(port, "containerPort"), (protocol(port), protocol(other)));
    if number != self::number(other, "containerPort") || protocols.0 != protocols.1 {
        return None;
    }
    let (here, there) = (on_host(port), on_host(other));
    if here == there {
        return Some("is listed twice in the pod");
    }
    if here.0 == 0 || there.0 == 0 {
        return Some("is listed twice, once with a `hostPort` and once without");
    }
    let any = here.1.is_empty() || there.1.is_empty();
    (here.0 == there.0 && any).then_some("is listed twice, once for every address of the host and once for one")
}

/// Port and address on the host.
fn on_host(port: Node<'_>) -> (i64, &str) {
    (number(port, "hostPort"), port.str_at("hostIP").unwrap_or_default())
}
