//! IP addresses and CIDR blocks, as Go read them before 1.17: leading zeros are allowed.
//!
//! In: a text. Out: the address or block. Mirrors `ParseIPSloppy` and `ParseCIDRSloppy` of `k8s.io/utils/net`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A block as it was written: the address need not be the block's first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    /// The address before the `/`; an IPv4-mapped one reads as IPv4.
    pub address: IpAddr,
    /// The prefix length, for the family of `address`.
    pub prefix: u8,
}

impl Cidr {
    /// The first address of the block.
    pub fn network(self) -> IpAddr {
        match self.address {
            IpAddr::V4(a) => Ipv4Addr::from(u32::from(a) & mask32(self.prefix)).into(),
            IpAddr::V6(a) => Ipv6Addr::from(u128::from(a) & mask128(self.prefix)).into(),
        }
    }

    /// Whether `address` lies in the block.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.network(), address) {
            (IpAddr::V4(net), IpAddr::V4(a)) => u32::from(a) & mask32(self.prefix) == u32::from(net),
            (IpAddr::V6(net), IpAddr::V6(a)) => u128::from(a) & mask128(self.prefix) == u128::from(net),
            _ => false,
        }
    }
}

fn mask32(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
}

fn mask128(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

/// ParseIPSloppy: an address, leading zeros allowed. An IPv4-mapped address reads as IPv4, as in Go.
pub fn parse(text: &str) -> Option<IpAddr> {
    match text.bytes().find(|b| matches!(b, b'.' | b':'))? {
        b'.' => parse_v4(text).map(IpAddr::V4),
        _ => parse_v6(text).map(unmapped),
    }
}

fn unmapped(address: Ipv6Addr) -> IpAddr {
    address.to_ipv4_mapped().map_or(IpAddr::V6(address), IpAddr::V4)
}

/// ParseCIDRSloppy.
pub fn parse_cidr(text: &str) -> Option<Cidr> {
    let (address, length) = text.split_once('/')?;
    let (address, bits) = match parse_v4(address) {
        Some(v4) => (IpAddr::V4(v4), 32),
        None => (IpAddr::V6(parse_v6(address)?), 128),
    };
    let prefix = decimal(length).filter(|&n| n <= bits)? as u8;
    match unmapped_block(address, prefix) {
        Some(block) => Some(block),
        None => Some(Cidr { address, prefix }),
    }
}

fn unmapped_block(address: IpAddr, prefix: u8) -> Option<Cidr> {
    let IpAddr::V6(v6) = address else { return None };
    let v4 = v6.to_ipv4_mapped()?;
    (prefix >= 96).then(|| Cidr { address: v4.into(), prefix: prefix - 96 })
}

/// Decimal digits, leading zeros allowed, below 2^24.
fn decimal(text: &str) -> Option<u32> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits.then(|| text.trim_start_matches('0')).and_then(|digits| match digits.len() {
        0 => Some(0),
        1..=7 => digits.parse().ok(),
        _ => None,
    })
}

fn parse_v4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        *octet = u8::try_from(decimal(parts.next()?)?).ok()?;
    }
    parts.next().is_none().then(|| octets.into())
}

fn parse_v6(text: &str) -> Option<Ipv6Addr> {
    let Some((front, back)) = text.split_once("::") else {
        let groups = groups(text)?;
        return <[u16; 8]>::try_from(groups).ok().map(Ipv6Addr::from);
    };
    let (front, back) = (groups(front)?, groups(back)?);
    // The ellipsis stands for at least one group; an IPv4 tail may not come before it.
    if front.len() + back.len() > 7 || text.split("::").next().is_some_and(|f| f.contains('.')) {
        return None;
    }
    let mut all = [0; 8];
    all[..front.len()].copy_from_slice(&front);
    all[8 - back.len()..].copy_from_slice(&back);
    Some(all.into())
}

/// Groups of hexadecimal digits between colons, the last maybe an IPv4 address. Leading zeros do not count.
fn groups(text: &str) -> Option<Vec<u16>> {
    let mut groups = Vec::with_capacity(8);
    if text.is_empty() {
        return Some(groups);
    }
    let mut parts = text.split(':').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() && part.contains('.') {
            let [a, b, c, d] = parse_v4(part)?.octets();
            groups.extend([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
        } else {
            groups.push(hexadecimal(part)?);
        }
    }
    (groups.len() <= 8).then_some(groups)
}

fn hexadecimal(text: &str) -> Option<u16> {
    let all_digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit());
    all_digits
        .then(|| text.trim_start_matches('0'))
        .and_then(|digits| if digits.is_empty() { Some(0) } else { u16::from_str_radix(digits, 16).ok() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in
            ["1.2.3.4", "::", "::1", "fe80::1", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "1::", "1:2:3:4:5:6:1.2.3.4"]
        {
            assert!(parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "1.2.3",
            "1.2.3.256",
            "1.2.3.4.5",
            ":1",
            "1:",
            "1::2::3",
            "1:2:3:4:5:6:7",
            "g::",
            "::1%eth0",
            "1::1:",
            "10",
        ] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn blocks_hold_addresses() {
        let block = parse_cidr("10.1.0.0/16").expect("a block");
        assert!(block.contains([10, 1, 2, 3].into()) && !block.contains([10, 2, 0, 0].into()));
        assert!(parse_cidr("10.0.0.0/08").is_some() && parse_cidr("10.0.0.0/33").is_none());
    }
}
