use std::collections::HashMap;

use crate::rule::prelude::*;

rule! {
    /// The same `nodePort` in two Services.
    ///
    /// A node port belongs to one Service of the whole cluster, for each protocol. The server refuses the second one:
    /// `provided port is already allocated`.
    ///
    /// **How to fix**: choose another port, or remove the field: the server picks a free one.
    id: "duplicate-node-port",
    severity: Error,
    references: &["https://kubernetes.io/docs/concepts/services-networking/service/#nodeport-custom-port"],
    check: Check::Set(check),
}

fn check<'t>(set: &ApplySet<'t>, context: &mut SetContext<'_, 't>) {
    let mut known: HashMap<(Unit<'_>, i64, &str), (&Item<'t>, Node<'t>)> = HashMap::new();
    for item in set.of_kind("", "Service") {
        let service = Service { object: item.object };
        if !matches!(service.kind(), "NodePort" | "LoadBalancer") {
            continue;
        }
        for port in service.ports() {
            let Some(node) = port.get("nodePort") else { continue };
            let Some(number) = node.as_i64().filter(|number| *number > 0) else { continue };
            let protocol = port.str_at("protocol").unwrap_or("TCP");
            // Twice the same Service is another rule's business, and within one it is the server's.
            let other = |first: &Item<'t>| first.name() != item.name() || !first.shares_namespace(item);
            let mut found = None;
            for unit in set.all_units(item) {
                let first = known.entry((unit, number, protocol)).or_insert((item, node));
                found = found.or(Some(*first).filter(|(first, _)| other(first)));
            }
            let Some((first, place)) = found else { continue };
            let message = format!("node port {number} is already used by {}", first.object.title());
            let help = "choose another port, or remove the field: the server picks a free one";
            context.report_on(item, node, message).help(help).related(place, "here");
        }
    }
}
