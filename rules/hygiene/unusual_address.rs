use std::net::IpAddr;

use crate::rule::prelude::*;

rule! {
    /// An IP address or block that is not in canonical form.
    ///
    /// Programs read `010.0.0.1`, `::ffff:10.0.0.1` or `10.0.0.1/8` differently; IPv6 has one canonical form (RFC 5952), and
    /// programs that compare strings miss the other forms. The API server warns of them where it does not refuse them.
    ///
    /// **How to fix**: write the address that the help names.
    id: "unusual-address",
    severity: Warning,
    fix: Some(Applicability::Safe),
    references: &["https://www.rfc-editor.org/rfc/rfc5952"],
    check: Check::Object(check),
}

fn check(object: Object<'_>, context: &mut Context<'_, '_>) {
    if let Some(pod) = Workload::of(object).and_then(Workload::pod_spec) {
        each(pod.node.at(&["dnsConfig", "nameservers"]), address, context);
        fields(pod.node.get("hostAliases"), "ip", address, context);
    }
    match (object.gvk.group, object.gvk.kind, object.spec()) {
        ("", "Service", Some(spec)) => of_service(spec, context),
        ("", "Node", Some(spec)) => each(spec.get("podCIDRs"), block, context),
        ("networking.k8s.io", "NetworkPolicy", Some(spec)) => of_policy(spec, context),
        ("", "Endpoints", _) => {
            for subset in items(object.root.get("subsets")) {
                fields(subset.get("addresses"), "ip", address, context);
                fields(subset.get("notReadyAddresses"), "ip", address, context);
            }
        }
        ("discovery.k8s.io", "EndpointSlice", _) => {
            for endpoint in items(object.root.get("endpoints")) {
                each(endpoint.get("addresses"), address, context);
            }
        }
        _ => {}
    }
}

fn of_service(spec: Node<'_>, context: &mut Context<'_, '_>) {
    each(spec.get("clusterIPs"), address, context);
    each(spec.get("externalIPs"), address, context);
    each(spec.get("loadBalancerSourceRanges"), block, context);
    if let Some(node) = spec.get("loadBalancerIP") {
        check_one(node, address, context);
    }
}

fn of_policy(spec: Node<'_>, context: &mut Context<'_, '_>) {
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let rules = items(spec.get(direction));
        for range in rules.flat_map(|rule| items(rule.get(peers))).filter_map(|peer| peer.get("ipBlock")) {
            range.get("cidr").into_iter().for_each(|node| check_one(node, block, context));
            each(range.get("except"), block, context);
        }
    }
}

fn items(list: Option<Node<'_>>) -> impl Iterator<Item = Node<'_>> {
    list.into_iter().flat_map(Node::items)
}

fn each(list: Option<Node<'_>>, usual: fn(&str) -> Option<String>, context: &mut Context<'_, '_>) {
    items(list).for_each(|node| check_one(node, usual, context));
}

fn fields(list: Option<Node<'_>>, field: &str, usual: fn(&str) -> Option<String>, context: &mut Context<'_, '_>) {
    items(list).filter_map(|item| item.get(field)).for_each(|node| check_one(node, usual, context));
}

fn check_one(node: Node<'_>, usual: fn(&str) -> Option<String>, context: &mut Context<'_, '_>) {
    let Some(text) = node.as_str() else { return };
    if let Some(better) = usual(text).filter(|better| better != text) {
        context
            .report(node, format!("`{text}` is not in the canonical form of an IP address"))
            .help(format!("write `{better}`"))
            .fix(Patch::new().set(node, better));
    }
}

/// The usual form of an address; nothing where the text is none.
fn address(text: &str) -> Option<String> {
    ip::parse(text).map(|address| address.to_string())
}

/// The usual form of a block.
fn block(text: &str) -> Option<String> {
    let block = ip::parse_cidr(text.trim())?;
    let network: IpAddr = block.network();
    Some(format!("{network}/{}", block.prefix))
}
