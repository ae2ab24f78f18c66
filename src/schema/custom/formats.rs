//! String formats that CRDs may name.
//!
//! In: a text. Out: whether it has the format, as `strfmt` of kube-openapi and the Go standard library read it. Formats
//! that the server does not know are as if they were not written.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::version::KubeVersion;

use super::super::scalar;
use super::{address, checksum};

macro_rules! formats {
    ($($variant:ident $name:literal $words:literal $check:expr,)*) => {
        /// A string format.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Format {
            $(#[doc = $words] $variant,)*
        }

        impl Format {
            const ALL: &[(&'static str, Format)] = &[$(($name, Format::$variant)),*];

            /// What a person calls it.
            pub(super) fn name(self) -> &'static str {
                match self { $(Format::$variant => $words,)* }
            }

            /// Whether a text has it.
            pub(super) fn accepts(self, text: &str) -> bool {
                match self { $(Format::$variant => $check(text),)* }
            }
        }
    };
}

formats! {
    BsonObjectId "bsonobjectid" "BSON object id (24 hex digits)" is_object_id,
    Uri "uri" "URI" address::is_request_uri,
    Email "email" "e-mail address" address::is_email,
    Hostname "hostname" "host name" address::is_hostname,
    Ipv4 "ipv4" "IPv4 address" is_ipv4,
    Ipv6 "ipv6" "IPv6 address" is_ipv6,
    Cidr "cidr" "CIDR" is_cidr,
    Mac "mac" "MAC address" is_mac,
    Uuid "uuid" "UUID" |text| is_uuid(text, None, false),
    Uuid3 "uuid3" "UUID of version 3" |text| is_uuid(text, Some(b'3'), false),
    Uuid4 "uuid4" "UUID of version 4" |text| is_uuid(text, Some(b'4'), true),
    Uuid5 "uuid5" "UUID of version 5" |text| is_uuid(text, Some(b'5'), true),
    Isbn "isbn" "ISBN" |text| checksum::is_isbn10(text) || checksum::is_isbn13(text),
    Isbn10 "isbn10" "ISBN of ten digits" checksum::is_isbn10,
    Isbn13 "isbn13" "ISBN of thirteen digits" checksum::is_isbn13,
    CreditCard "creditcard" "credit card number" checksum::is_credit_card,
    Ssn "ssn" "social security number" is_ssn,
    HexColor "hexcolor" "hexadecimal colour" is_hex_color,
    RgbColor "rgbcolor" "RGB colour such as rgb(0, 0, 255)" is_rgb_color,
    Byte "byte" "base64 text" |text: &str| !text.is_empty() && !text.contains(['\r', '\n']) && scalar::base64_error(text).is_none(),
    Password "password" "password" |_| true,
    Date "date" "date such as 2026-01-31" scalar::date,
    Duration "duration" "duration such as 1h30m" is_duration,
    DateTime "datetime" "date and time such as 2026-01-31T08:00:00Z" is_date_time,
    ShortName "k8sshortname" "name of lower case letters, digits and dashes, 63 at most" |text: &str| text.len() <= 63 && is_label(text),
    LongName "k8slongname" "name of labels with dots between them, 253 characters at most" |text: &str| text.len() <= 253 && text.split('.').all(is_label),
}

impl Format {
    /// The format of that name, where the version knows it; dashes do not count.
    pub(super) fn parse(name: &str, version: KubeVersion) -> Option<Format> {
        let plain = name.replace('-', "");
        let format = Self::ALL.iter().find(|(known, _)| *known == plain).map(|(_, format)| *format)?;
        let newer = matches!(format, Format::ShortName | Format::LongName);
        (!newer || version >= KubeVersion(34)).then_some(format)
    }
}

fn is_object_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = text.bytes().next().is_some_and(inner) && text.bytes().last().is_some_and(inner);
    ends && text.bytes().all(|b| inner(b) || b == b'-')
}

/// Hex digits in groups of 8, 4, 4, 4 and 12, the dashes optional.
fn is_uuid(text: &str, version: Option<u8>, variant: bool) -> bool {
    let mut digits = Vec::with_capacity(32);
    for byte in text.bytes() {
        match byte {
            b'-' if matches!(digits.len(), 8 | 12 | 16 | 20) && !digits.ends_with(b"-") => {}
            _ if byte.is_ascii_hexdigit() => digits.push(byte.to_ascii_lowercase()),
            _ => return false,
        }
    }
    let dashes = text.bytes().filter(|&b| b == b'-').count();
    digits.len() == 32
        && dashes <= 4
        && !text.contains("--")
        && version.is_none_or(|version| digits[12] == version)
        && (!variant || matches!(digits[16], b'8' | b'9' | b'a' | b'b'))
}

/// Four decimal numbers, leading zeros allowed; or an IPv6 address that ends in them.
fn is_ipv4(text: &str) -> bool {
    text.contains('.') && (is_sloppy_v4(text) || is_sloppy_v6(text))
}

fn is_sloppy_v4(text: &str) -> bool {
    let parts: Vec<_> = text.split('.').collect();
    let number = |part: &&str| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits
            && part.trim_start_matches('0').len() <= 3
            && part.trim_start_matches('0').parse::<u16>().unwrap_or(0) < 256
    };
    parts.len() == 4 && parts.iter().all(number)
}

fn is_sloppy_v6(text: &str) -> bool {
    match text.rsplit_once(':') {
        Some((head, tail)) if tail.contains('.') => {
            is_sloppy_v4(tail) && format!("{head}:0.0.0.0").parse::<Ipv6Addr>().is_ok()
        }
        _ => text.parse::<Ipv6Addr>().is_ok(),
    }
}

fn is_ipv6(text: &str) -> bool {
    text.contains(':') && text.parse::<Ipv6Addr>().is_ok()
}

fn is_cidr(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let max = match address {
        _ if is_sloppy_v4(address) => Ipv4Addr::BITS,
        _ if is_sloppy_v6(address) => Ipv6Addr::BITS,
        _ => return false,
    };
    let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    digits && length.parse::<u32>().is_ok_and(|length| length <= max)
}

/// Six, eight or twenty bytes, with `:`, `-` or (in pairs) `.` between them.
fn is_mac(text: &str) -> bool {
    let hex = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_hexdigit());
    let separated = |separator: char| {
        text.split(separator).all(|part| hex(part, 2)) && matches!(text.split(separator).count(), 6 | 8 | 20)
    };
    let dotted = || text.split('.').all(|part| hex(part, 4)) && matches!(text.split('.').count(), 3 | 4 | 10);
    separated(':') || separated('-') || dotted()
}

/// `123-45-6789`, with dashes or spaces.
fn is_ssn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_gap = |at: usize| matches!(bytes[at], b'-' | b' ');
    bytes.len() == 11
        && is_gap(3)
        && is_gap(6)
        && bytes.iter().enumerate().all(|(at, b)| matches!(at, 3 | 6) || b.is_ascii_digit())
}

fn is_hex_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or(text);
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_rgb_color(text: &str) -> bool {
    let Some(inner) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) else { return false };
    let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
    let level = |part: &str| {
        let part = part.trim_matches(space);
        let plain = !part.is_empty() && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
        plain && (part == "0" || !part.starts_with('0')) && part.parse::<u16>().is_ok_and(|level| level < 256)
    };
    inner.split(',').count() == 3 && inner.split(',').all(level)
}

/// The date as [`scalar::date`], a `t` in either case, the time, maybe a fraction (behind any character), and a zone.
fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else { return false };
    scalar::date(date) && is_clock(time)
}

fn is_clock(time: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (Some(clock), Some(rest)) = (time.get(..8), time.get(8..)) else { return false };
    let parts: Vec<_> = clock.split(':').collect();
    let [hour, minute, second] = parts.as_slice() else { return false };
    let fields = [(hour, "23"), (minute, "59"), (second, "59")];
    if !fields.iter().all(|(field, max)| field.len() == 2 && digits(field) && **field <= *max) {
        return false;
    }
    let zone = |text: &str| match text.strip_prefix(['+', '-']) {
        Some(offset) => offset.len() == 5 && digits(&offset[..2]) && &offset[2..3] == ":" && digits(&offset[3..]),
        None => text == "z",
    };
    let mut fraction = rest.chars();
    let after = fraction.next().map(|_| fraction.as_str().trim_start_matches(|c: char| c.is_ascii_digit()));
    zone(rest) || after.is_some_and(|after| after.len() < fraction.as_str().len() && zone(after))
}

/// A duration as Go writes it, or numbers with units in words (`3 days`): at least one pair of them anywhere in the text.
fn is_duration(text: &str) -> bool {
    is_go_duration(text) || has_spelt_duration(text)
}

fn is_go_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut any = false;
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let digits = &rest[..rest.len() - number.len()];
        let unit = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"].into_iter().find(|unit| {
            number
                .strip_prefix(unit)
                .is_some_and(|after| after.is_empty() || after.starts_with(|c: char| c.is_ascii_digit() || c == '.'))
        });
        let Some(unit) = unit else { return false };
        if digits.matches('.').count() > 1 || !digits.contains(|c: char| c.is_ascii_digit()) {
            return false;
        }
        rest = &number[unit.len()..];
        any = true;
    }
    any
}

fn has_spelt_duration(text: &str) -> bool {
    const UNITS: [&[&str]; 8] = [
        &["ns", "nano"],
        &["us", "µs", "micro"],
        &["ms", "milli"],
        &["s", "sec"],
        &["m", "min"],
        &["h", "hr", "hour"],
        &["d", "day"],
        &["w", "wk", "week"],
    ];
    let is_unit = |word: &str| {
        let known = |names: &&[&str]| names.contains(&word) || names.last().is_some_and(|last| word.starts_with(last));
        UNITS.iter().any(known)
    };
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let after = rest[start..].trim_start_matches(|c: char| c.is_ascii_digit());
        let word_at = after.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        let end = word_at.find(|c: char| !(c.is_ascii_alphabetic() || c == 'µ')).unwrap_or(word_at.len());
        if is_unit(&word_at[..end].to_lowercase()) {
            return true;
        }
        rest = &word_at[end..];
    }
    false
}
