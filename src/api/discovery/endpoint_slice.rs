//! EndpointSlice.
//!
//! In: a decoded slice. Out: findings. Mirrors `ValidateEndpointSlice` of `pkg/apis/discovery/validation`; the name of a
//! port is defaulted to the empty one, its protocol to TCP, and `deprecatedTopology` is dropped before.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::api::check::{ip, names};
use crate::api::core::endpoint_ip::endpoint_ip;
use crate::api::errors::{ErrorType, Errors};
use crate::api::field::Field;
use crate::object::Object;

/// `ValidateEndpointSlice`.
pub fn endpoint_slice<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    let root = Field::of(object.root);
    let kind = root.child("addressType");
    unique_names(root.child("ports"), errors);
    let endpoints = root.child("endpoints");
    for endpoint in endpoints.items() {
        one_endpoint(endpoint, kind.text(), errors);
    }
}

/// One of `validateEndpoints`.
fn one_endpoint<'t>(endpoint: Field<'t>, kind: &str, errors: &mut Errors<'t>) {
    let addresses = endpoint.child("addresses");
    for item in addresses.items() {
        address(item, addresses, kind, errors);
    }
    hints(endpoint.child("hints"), errors);
}

/// An address of the slice's type; one of an unknown type is not looked at.
fn address<'t>(item: Field<'t>, list: Field<'t>, kind: &str, errors: &mut Errors<'t>) {
    let strict = errors.since(36);
    match kind {
        "IPv4" => address_of(item, list, ip::legacy(item.text(), strict), IpAddr::is_ipv4, kind, errors),
        "IPv6" => address_of(item, list, ip::strict(item.text()), IpAddr::is_ipv6, kind, errors),
        "FQDN" => item.check_required(errors, names::fully_qualified_domain),
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
    errors: &mut Errors<'t>,
) {
    match parsed {
        Err(why) => item.invalid(errors, why),
        Ok(address) => {
            if !is_of_family(&address) {
                let path = list.place().path(errors.root);
                let message = format!("`{}` must be an {kind} address", item.text());
                errors.error_at_path(ErrorType::Invalid, item, path, message);
            }
            endpoint_ip(item, errors);
        }
    }
}

/// `validateHints`: each zone and each node once. Hints for nodes are dropped before 1.34 (PreferSameTrafficDistribution).
fn hints<'t>(hints: Field<'t>, errors: &mut Errors<'t>) {
    unique_names(hints.child("forZones"), errors);
    let nodes = hints.child("forNodes");
    if errors.since(34) {
        unique_names(nodes, errors);
        for node in nodes.items() {
            node.child("name").check(errors, names::dns_subdomain);
        }
    }
}

/// No two items of the list have the same name.
fn unique_names<'t>(list: Field<'t>, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for name in list.items().map(|item| item.child("name")) {
        if !seen.insert(name.text()) {
            name.duplicate(errors);
        }
    }
}
