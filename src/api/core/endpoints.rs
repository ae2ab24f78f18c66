//! Endpoints.
//!
//! In: decoded endpoints. Out: findings. Mirrors `ValidateEndpoints` of `pkg/apis/core/validation`; the protocol of a port
//! is defaulted to TCP.

use crate::api::check::ip;
use crate::api::errors::Errors;
use crate::api::field::Field;
use crate::object::Object;

use super::endpoint_ip::endpoint_ip;
use super::port::port_number;

/// `validateEndpointSubsets`.
pub fn endpoints<'t>(object: Object<'t>, errors: &mut Errors<'t>) {
    for subset in Field::of(object.root).child("subsets").items() {
        let (ready, waiting) = (subset.child("addresses"), subset.child("notReadyAddresses"));
        if ready.is_empty() && waiting.is_empty() {
            subset.required(errors, "set `addresses` or `notReadyAddresses`");
        }
        for address in ready.items().chain(waiting.items()) {
            endpoint_address(address, errors);
        }
        let ports = subset.child("ports");
        for port in ports.items() {
            endpoint_port(port, ports.len() > 1, errors);
        }
    }
}

/// `validateEndpointAddress`.
fn endpoint_address<'t>(address: Field<'t>, errors: &mut Errors<'t>) {
    let strict = errors.since(36);
    address.child("ip").check(errors, |text| ip::legacy(text, strict).map(drop));
    if ip::parse(address.child("ip").text()).is_some() {
        endpoint_ip(address.child("ip"), errors);
    }
}

/// `validateEndpointPort`.
fn endpoint_port<'t>(port: Field<'t>, name_required: bool, errors: &mut Errors<'t>) {
    let name = port.child("name");
    if name_required && name.text().is_empty() {
        name.required(errors, "each port needs a name when there are several");
    }
    port_number(port.child("port"), errors);
}
