//! String formats that CRDs may name.
//!
//! In: a text. Out: whether it has the format, as `strfmt` of kube-openapi and the Go standard library read it.

use std::net::Ipv6Addr;

use super::{address, checksum};
use crate::go::{base64, duration, ip, time, url};
use crate::version::KubeVersion;

macro_rules! formats {
    ($($variant:ident $name:literal $words:literal $check:expr,)*) => {
        /// A string format.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum StringFormat {
            $(#[doc = $words] $variant,)*
        }

        impl StringFormat {
            const ALL: &[(&'static str, StringFormat)] = &[$(($name, StringFormat::$variant)),*];

            /// What a person calls it.
            pub(super) fn name(self) -> &'static str {
                match self { $(StringFormat::$variant => $words,)* }
            }

            /// Whether a text has it.
            pub(super) fn accepts(self, text: &str) -> bool {
                match self { $(StringFormat::$variant => $check(text),)* }
            }
        }
    };
}

formats! {
    BsonObjectId "bsonobjectid" "BSON object id (24 hex digits)" is_object_id,
    Uri "uri" "URI" |text| url::parse_request(text).is_ok(),
    Email "email" "e-mail address" address::is_email,
    Hostname "hostname" "host name" address::is_hostname,
    Ipv4 "ipv4" "IPv4 address" is_ipv4,
    Ipv6 "ipv6" "IPv6 address" is_ipv6,
    Cidr "cidr" "CIDR" |text| ip::parse_cidr(text).is_some(),
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
    Byte "byte" "base64 text" is_base64,
    Password "password" "password" |_| true,
    Date "date" "date such as 2026-01-31" time::date,
    Duration "duration" "duration such as 1h30m" is_duration,
    DateTime "datetime" "date and time such as 2026-01-31T08:00:00Z" is_date_time,
    ShortName "k8sshortname" "name of lower case letters, digits and dashes, 63 at most" |text: &str| text.len() <= 63 && is_label(text),
    LongName "k8slongname" "name of labels with dots between them, 253 characters at most" |text: &str| text.len() <= 253 && text.split('.').all(is_label),
}

impl StringFormat {
    /// The format of that name, where the version knows it; dashes do not count.
    pub(super) fn parse(name: &str, version: KubeVersion) -> Option<StringFormat> {
        let plain = name.replace('-', "");
        let format = Self::ALL.iter().find(|(known, _)| *known == plain).map(|(_, format)| *format)?;
        let newer = matches!(format, StringFormat::ShortName | StringFormat::LongName);
        (!newer || version >= KubeVersion(34)).then_some(format)
    }
}

/// Not the empty text, and no line breaks.
fn is_base64(text: &str) -> bool {
    !text.is_empty() && !text.contains(['\r', '\n']) && base64::error(text).is_none()
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

fn is_ipv4(text: &str) -> bool {
    text.contains('.') && ip::parse(text).is_some()
}

/// Unlike the others, without leading zeros that Go does not take any more.
fn is_ipv6(text: &str) -> bool {
    text.contains(':') && text.parse::<Ipv6Addr>().is_ok()
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

/// The date as [`time::date`], a `t` in either case, the time, maybe a fraction (behind any character), and a zone.
fn is_date_time(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut parts = lower.split('t');
    let (Some(date), Some(time)) = (parts.next(), parts.next()) else { return false };
    time::date(date) && is_clock(time)
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
    duration::parse(text).is_some() || has_spelt_duration(text)
}

/// All pairs count: a number that Go's int cannot hold makes the text none, wherever it is.
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
    let (mut rest, mut any) = (text, false);
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let after = rest[start..].trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &rest[start..rest.len() - after.len()];
        let word_at = after.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
        let end = word_at.find(|c: char| !(c.is_ascii_alphabetic() || c == 'µ')).unwrap_or(word_at.len());
        if end > 0 && number.parse::<i64>().is_err() {
            return false;
        }
        any |= is_unit(&word_at[..end].to_lowercase());
        rest = &word_at[end..];
    }
    any
}
