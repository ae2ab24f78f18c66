//! Endpoints.
//!
//! In: decoded endpoints. Out: findings. Mirrors `ValidateEndpoints` of `pkg/apis/core/validation`; the protocol of a port
//! is defaulted to TCP.

use crate::api::check::ip;
use crate::api::field::Field;
use crate::api::report::Report;
use crate::object::Object;

use super::endpoint_ip::endpoint_ip;
use super::port::port_number;

/// `validateEndpointSubsets`.
pub fn endpoints<'t>(object: Object<'t>, report: &mut Report<'t>) {
    for subset in Field::of(object.root).child("subsets").items() {
        let (ready, waiting) = (subset.child("addresses"), subset.child("notReadyAddresses"));
        if ready.is_empty() && waiting.is_empty() {
            subset.required(report, "give `addresses` or `notReadyAddresses`");
        }
        for address in ready.items().chain(waiting.items()) {
            endpoint_address(address, report);
        }
        let ports = subset.child("ports");
        for port in ports.items() {
            endpoint_port(port, ports.len() > 1, report);
        }
    }
}

/// `validateEndpointAddress`.
fn endpoint_address<'t>(address: Field<'t>, report: &mut Report<'t>) {
    let strict = report.since(36);
    address.child("ip").check(report, |text| ip::legacy(text, strict).map(drop));
    if ip::parse(address.child("ip").text()).is_some() {
        endpoint_ip(address.child("ip"), report);
    }
}

/// `validateEndpointPort`.
fn endpoint_port<'t>(port: Field<'t>, name_required: bool, report: &mut Report<'t>) {
    let name = port.child("name");
    if name_required && name.text().is_empty() {
        name.required(report, "each of several ports has a name");
    }
    port_number(port.child("port"), report);
}
