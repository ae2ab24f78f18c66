//! EndpointSlice.
//!
//! In: a decoded slice. Out: findings. Mirrors `ValidateEndpointSlice` of `pkg/apis/discovery/validation`; the name of a
//! port is defaulted to the empty one, its protocol to TCP, and `deprecatedTopology` is dropped before.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::api::check::{ip, names};
use crate::api::core::endpoint_ip::endpoint_ip;
use crate::api::field::Field;
use crate::api::report::{ErrorType, Report};
use crate::object::Object;

/// `ValidateEndpointSlice`.
pub fn endpoint_slice<'t>(object: Object<'t>, report: &mut Report<'t>) {
    let root = Field::of(object.root);
    let kind = root.child("addressType");
    unique_names(root.child("ports"), report);
    let endpoints = root.child("endpoints");
    for endpoint in endpoints.items() {
        one_endpoint(endpoint, kind.text(), report);
    }
}

/// One of `validateEndpoints`.
fn one_endpoint<'t>(endpoint: Field<'t>, kind: &str, report: &mut Report<'t>) {
    let addresses = endpoint.child("addresses");
    for item in addresses.items() {
        address(item, addresses, kind, report);
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

/// `validateHints`: each zone and each node once. Hints for nodes are dropped before 1.34 (PreferSameTrafficDistribution).
fn hints<'t>(hints: Field<'t>, report: &mut Report<'t>) {
    unique_names(hints.child("forZones"), report);
    let nodes = hints.child("forNodes");
    if report.since(34) {
        unique_names(nodes, report);
        for node in nodes.items() {
            node.child("name").check(report, names::dns_subdomain);
        }
    }
}

/// No two items of the list have the same name.
fn unique_names<'t>(list: Field<'t>, report: &mut Report<'t>) {
    let mut seen = HashSet::new();
    for name in list.items().map(|item| item.child("name")) {
        if !seen.insert(name.text()) {
            name.duplicate(report);
        }
    }
}
