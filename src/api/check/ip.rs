//! IP addresses and CIDR blocks.
//!
//! In: a text. Out: the address, or why the server refuses it. Two grammars meet here: the sloppy one of
//! `k8s.io/utils/net` (leading zeros, as Go read them before 1.17) and the strict one (`net/netip`), which legacy fields
//! obey since 1.36 (StrictIPCIDRValidation) and newer fields always did. Mirrors
//! `k8s.io/apimachinery/pkg/util/validation/ip.go`.

use std::net::IpAddr;

pub use crate::go::ip::{Cidr, parse, parse_cidr};

/// Why a text is no address.
pub const NO_IP: &str = "must be a valid IP address, such as 10.9.8.7 or 2001:db8::ffff";
/// Why a text is no block.
pub const NO_CIDR: &str = "must be a valid CIDR block, such as 10.9.8.0/24 or 2001:db8::/64";

/// Whether the address part is written as IPv4-mapped IPv6.
fn is_mapped(address: &str) -> bool {
    address.contains(':') && matches!(parse(address), Some(IpAddr::V4(_)))
}

/// IsValidIPForLegacyField: sloppy, or strict since 1.36.
///
/// # Errors
/// Why the text is refused.
pub fn legacy(text: &str, strict: bool) -> Result<IpAddr, &'static str> {
    let address = parse(text).ok_or(NO_IP)?;
    if strict && text.parse::<IpAddr>().is_err() {
        return Err("must not have leading zeros");
    }
    if strict && is_mapped(text) {
        return Err("must not be an IPv4-mapped IPv6 address");
    }
    Ok(address)
}

/// IsValidIP: strict and in canonical form.
///
/// # Errors
/// Why the text is refused.
pub fn strict(text: &str) -> Result<IpAddr, &'static str> {
    let address = legacy(text, true)?;
    if address.to_string() == text { Ok(address) } else { Err("must be in canonical form") }
}

/// IsValidCIDRForLegacyField: sloppy, or strict since 1.36.
///
/// # Errors
/// Why the text is refused.
pub fn legacy_cidr(text: &str, strict: bool) -> Result<Cidr, &'static str> {
    let block = parse_cidr(text).ok_or(NO_CIDR)?;
    if !strict {
        return Ok(block);
    }
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    if address.parse::<IpAddr>().is_err() || (length.len() > 1 && length.starts_with('0')) {
        return Err("must not have leading zeros in the address or the prefix length");
    }
    if is_mapped(address) {
        return Err("must not have an IPv4-mapped IPv6 address");
    }
    if block.network() != block.address {
        return Err("must not have bits set beyond the prefix length");
    }
    Ok(block)
}

/// IsValidCIDR: strict and in canonical form.
///
/// # Errors
/// Why the text is refused.
pub fn strict_cidr(text: &str) -> Result<Cidr, &'static str> {
    let block = legacy_cidr(text, true)?;
    let canonical = format!("{}/{}", block.network(), block.prefix);
    if canonical == text { Ok(block) } else { Err("must be in canonical form") }
}

/// IsValidInterfaceAddress: an address with the length of its subnet, in canonical form.
///
/// # Errors
/// Why the text is refused.
pub fn interface(text: &str) -> Result<Cidr, &'static str> {
    let block = parse_cidr(text).ok_or("must be a valid address in CIDR form, such as 10.9.8.7/24")?;
    let canonical = format!("{}/{}", block.address, block.prefix);
    if canonical == text { Ok(block) } else { Err("must be in canonical form") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sloppy_and_strict_addresses() {
        assert!(legacy("010.1.2.3", false).is_ok() && legacy("010.1.2.3", true).is_err());
        assert!(legacy("::ffff:1.2.3.4", true).is_err());
        assert!(strict("FE80::1").is_err() && strict("fe80::1").is_ok());
    }

    #[test]
    fn blocks() {
        assert!(legacy_cidr("10.0.0.1/8", false).is_ok() && legacy_cidr("10.0.0.1/8", true).is_err());
        assert!(legacy_cidr("10.0.0.0/08", true).is_err() && legacy_cidr("10.0.0.0/33", false).is_err());
        assert!(strict_cidr("2001:DB8::/32").is_err() && strict_cidr("2001:db8::/32").is_ok());
        assert!(strict_cidr("0.0.0.0/0").is_ok() && strict_cidr("::/0").is_ok());
    }
}
