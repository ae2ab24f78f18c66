use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// A port that is listed twice in a pod.
    ///
    /// The containers of a pod share one network: only one of them can open a port, and with `kubectl apply` entries of the
    /// same number and protocol are merged. The API server warns of it.
    ///
    /// **How to fix**: remove one of them, or let one container listen elsewhere.
    id: "duplicate-container-port",
    severity: Warning,
    fix: Some(Applicability::Safe),
    peers: &["kube-score:container-ports-check"],
    references: &["https://kubernetes.io/docs/concepts/services-networking/#the-kubernetes-network-model"],
    check: Check::PodSpec(check),
}

fn check<'t>(pod: PodSpec<'t>, context: &mut Context<'_, 't>) {
    // Server-side apply refuses duplicate keys of a list.
    let server_side = context.item().surroundings.server_side;
    let mut seen = Seen::default();
    for port in pod.containers().flat_map(Container::ports) {
        if let Some((earlier, how)) = seen.clash(port) {
            let number = number(port, "containerPort");
            let message = format!("port {number}/{} {how}", protocol(port));
            let again = port.parent() == earlier.parent() && value_of(port) == value_of(earlier);
            let patch = if again { Patch::new().remove(port) } else { Patch::none() };
            let place = port.get("containerPort").unwrap_or(port);
            let same = port.parent() == earlier.parent();
            let draft =
                context.report(place, message).help("remove one of them").related(earlier, "the first").fix(patch);
            if server_side && same {
                draft.at_least(Severity::Error);
            }
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

/// The ports so far, by number and protocol, and by these and the port and address on the host; the first of each.
#[derive(Default)]
struct Seen<'t> {
    ports: HashMap<Key<'t>, (usize, Node<'t>)>,
    count: usize,
}

/// Number and protocol; the port on the host, or any; the address on the host, or any.
type Key<'t> = (i64, &'t str, Option<i64>, Option<&'t str>);

impl<'t> Seen<'t> {
    fn push(&mut self, port: Node<'t>) {
        let (number, protocol, (host, address)) = (number(port, "containerPort"), protocol(port), on_host(port));
        for (host, address) in [(None, None), (Some(host), None), (Some(host), Some(address))] {
            self.ports.entry((number, protocol, host, address)).or_insert((self.count, port));
        }
        self.count += 1;
    }

    /// The first port that is the same, and how.
    fn clash(&self, port: Node<'t>) -> Option<(Node<'t>, &'static str)> {
        let alike = match on_host(port) {
            (0, _) => [(None, None); 3],
            (host, "") => [(Some(0), None), (Some(host), None), (Some(host), None)],
            (host, address) => [(Some(0), None), (Some(host), Some("")), (Some(host), Some(address))],
        };
        let (number, protocol) = (number(port, "containerPort"), protocol(port));
        let found = alike.iter().filter_map(|&(host, address)| self.ports.get(&(number, protocol, host, address)));
        let (_, earlier) = found.min_by_key(|(at, _)| at)?;
        Some((*earlier, clash(port, *earlier)?))
    }
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
