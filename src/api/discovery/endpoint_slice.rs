//! EndpointSlice.
//!
//! In: a decoded slice. Out: findings. Mirrors `ValidateEndpointSlice` of `pkg/apis/discovery/validation`; the name of a
//! port is defaulted to the empty one, its protocol to TCP, and `deprecatedTopology` is dropped before.

use std::net::IpAddr;

use crate::api::check::{Check, ip, names};
use crate::api::core::endpoint_ip::endpoint_ip;
use crate::api::field::Field;
use crate::api::report::{ErrorType, Report};
use crate::object::Object;

const MAX_PORTS: usize = 20_000;
const MAX_ENDPOINTS: usize = 1000;
const MAX_ADDRESSES: usize = 100;
const MAX_HINTS: usize = 8;

/// `ValidateEndpointSlice`.
pub fn endpoint_slice<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let root = Field::of(object.root);
    let kind = root.child("addressType");
    if !kind.required_text(report) {
        kind.one_of(report, &["FQDN", "IPv4", "IPv6"]);
    }
    ports(root.child("ports"), report);
    let endpoints = root.child("endpoints");
    if endpoints.len() > MAX_ENDPOINTS {
        return endpoints.too_many(report, MAX_ENDPOINTS);
    }
    for endpoint in endpoints.items() {
        one_endpoint(endpoint, kind.text(), report);
    }
}

/// `validatePorts`.
fn ports<'t>(ports: Field<'t>, report: &mut Report<'t>) {
    if ports.len() > MAX_PORTS {
        return ports.too_many(report, MAX_PORTS);
    }
    let mut seen = Vec::new();
    for port in ports.items() {
        let name = port.child("name");
        name.check_if_set(report, names::dns_label);
        if seen.contains(&name.text()) {
            name.duplicate(report);
        }
        seen.push(name.text());
        port.child("protocol").optional_one_of(report, &["SCTP", "TCP", "UDP"]);
        if port.child("appProtocol").is_present() {
            port.child("appProtocol").check(report, names::qualified);
        }
    }
}

/// One of `validateEndpoints`.
fn one_endpoint<'t>(endpoint: Field<'t>, kind: &str, report: &mut Report<'t>) {
    let addresses = endpoint.child("addresses");
    match addresses.len() {
        0 => addresses.required(report, "an endpoint has at least one address"),
        1..=MAX_ADDRESSES => {}
        _ => addresses.too_many(report, MAX_ADDRESSES),
    }
    for item in addresses.items() {
        address(item, addresses, kind, report);
    }
    if endpoint.child("nodeName").is_present() {
        endpoint.child("nodeName").check(report, names::dns_subdomain);
    }
    if endpoint.child("hostname").is_present() {
        endpoint.child("hostname").check(report, names::dns_label);
    }
    hints(endpoint.child("hints"), report);
}

/// An address of the slice's type; one of an unknown type is not looked at.
fn address<'t>(item: Field<'t>, list: Field<'t>, kind: &str, report: &mut Report<'t>) {
    let strict = report.since(36);
    match kind {
        "IPv4" => address_of(item, list, ip::legacy(item.text(), strict), IpAddr::is_ipv4, kind, report),
        "IPv6" => address_of(item, list, ip::strict(item.text()), IpAddr::is_ipv6, kind, report),
        "FQDN" => item.check_required(report, names::fully_qualified_domain),
        _ => {}
    }
}

/// The server reports an address of the other family at the list as a whole.
fn address_of<'t>(
    item: Field<'t>,
    list: Field<'t>,
    parsed: Result<IpAddr, &'static str>,
    is_of_family: fn(&IpAddr) -> bool,
    kind: &str,
    report: &mut Report<'t>,
) {
    match parsed {
        Err(why) => item.invalid(report, why),
        Ok(address) => {
            if !is_of_family(&address) {
                let path = list.place().path(report.root);
                let message = format!("`{}` must be an {kind} address", item.text());
                report.error_at_path(ErrorType::Invalid, item, path, message);
            }
            endpoint_ip(item, report);
        }
    }
}

/// `validateHints`. Hints for nodes are dropped before 1.34 (PreferSameTrafficDistribution).
fn hints<'t>(hints: Field<'t>, report: &mut Report<'t>) {
    let zones = hints.child("forZones");
    if zones.len() > MAX_HINTS {
        return zones.too_many(report, MAX_HINTS);
    }
    unique_names(zones, names::label_value, report);
    let nodes = hints.child("forNodes");
    if nodes.is_empty() || !report.since(34) {
        return;
    }
    if nodes.len() > MAX_HINTS {
        return nodes.too_many(report, MAX_HINTS);
    }
    unique_names(nodes, names::dns_subdomain, report);
}

fn unique_names<'t>(list: Field<'t>, rule: fn(&str) -> Check, report: &mut Report<'t>) {
    let mut seen = Vec::new();
    for name in list.items().map(|item| item.child("name")) {
        if seen.contains(&name.text()) {
            name.duplicate(report);
        }
        seen.push(name.text());
        name.check(report, rule);
    }
}
