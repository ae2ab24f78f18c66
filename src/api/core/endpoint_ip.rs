//! Addresses of endpoints.
//!
//! In: an address. Out: findings where nothing behind it could be reached from elsewhere. Mirrors `ValidateEndpointIP` of
//! `pkg/apis/core/validation`, which also checks the external addresses of Services.

use std::net::IpAddr;

use crate::api::check::ip;
use crate::api::errors::Errors;
use crate::api::field::Field;

/// `ValidateEndpointIP`.
pub fn endpoint_ip<'t>(address: Field<'t>, errors: &mut Errors<'t>) {
    match ip::parse(address.text()) {
        None => address.invalid(errors, ip::NO_IP),
        Some(parsed) => reachable(parsed).into_iter().for_each(|why| address.invalid(errors, why)),
    }
}

fn reachable(address: IpAddr) -> Option<&'static str> {
    if address.is_unspecified() {
        return Some("must not be the unspecified address");
    }
    if address.is_loopback() {
        return Some("must not be a loopback address (127.0.0.0/8, ::1/128)");
    }
    let (unicast, multicast) = match address {
        IpAddr::V4(v4) => (v4.is_link_local(), v4.octets()[..3] == [224, 0, 0]),
        IpAddr::V6(v6) => (v6.is_unicast_link_local(), v6.segments()[0] & 0xff0f == 0xff02),
    };
    if unicast {
        return Some("must not be a link-local address (169.254.0.0/16, fe80::/10)");
    }
    multicast.then_some("must not be a link-local multicast address (224.0.0.0/24, ff02::/10)")
}
