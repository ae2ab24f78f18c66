//! The formats of strings that the server knows.
//!
//! In: a format and a text. Out: whether it fits; an unknown format fits everything. Mirrors the formats of
//! `k8s.io/kube-openapi/pkg/validation/strfmt` which `apiserver/validation/formats.go` supports.

use crate::api::check::{ip, url};
use crate::duration;

/// Whether a text has a format.
pub(crate) fn fits(format: &str, text: &str) -> bool {
    match format {
        "byte" => is_base64(text),
        "date" => text.len() == 10 && is_date(text),
        "date-time" | "datetime" => is_date_time(text),
        "duration" => duration::parse(text).is_some() || is_long_duration(text),
        "ipv4" => ip::parse(text).is_some_and(|address| address.is_ipv4()),
        "ipv6" => text.contains(':') && ip::parse(text).is_some(),
        "cidr" => ip::parse_cidr(text).is_some(),
        "uuid" | "uuid3" | "uuid4" | "uuid5" => is_uuid(text),
        "uri" => url::parse(text).is_ok_and(|url| !url.scheme.is_empty() || text.starts_with('/')),
        "email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        "mac" => is_mac(text),
        _ => true,
    }
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let padding = text.len() - body.len();
    text.len().is_multiple_of(4)
        && padding <= 2
        && body.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

fn number(text: &str, from: usize, len: usize) -> Option<u32> {
    let digits = text.get(from..from + len)?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// `2006-01-02` at the start.
fn is_date(text: &str) -> bool {
    let parts = (number(text, 0, 4), number(text, 5, 2), number(text, 8, 2));
    let dashes = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    matches!(parts, (Some(_), Some(1..=12), Some(1..=31)) if dashes)
}

/// RFC 3339, or a date alone.
fn is_date_time(text: &str) -> bool {
    if text.is_empty() || text.len() == 10 {
        return text.is_empty() || is_date(text);
    }
    let clock = (number(text, 11, 2), number(text, 14, 2), number(text, 17, 2));
    let clock = matches!(clock, (Some(0..=23), Some(0..=59), Some(0..=60)));
    let rest = text.get(19..).unwrap_or("").trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let zone = rest.is_empty() || matches!(rest, "Z" | "z") || rest.starts_with(['+', '-']);
    is_date(text) && matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' ')) && clock && zone
}

/// A number and a unit in words or letters: `3 days`, `2w`.
fn is_long_duration(text: &str) -> bool {
    const UNITS: &[&str] = &[
        "ns", "nano", "us", "µs", "micro", "ms", "milli", "s", "sec", "m", "min", "h", "hr", "hour", "d", "day", "w",
        "wk", "week",
    ];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let unit = text[digits..].trim_start();
    digits > 0 && UNITS.iter().any(|known| unit == *known || unit.strip_suffix('s') == Some(known))
}

fn is_uuid(text: &str) -> bool {
    let hex: String = text.chars().filter(|c| *c != '-').collect();
    hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<_> = text.split([':', '-']).collect();
    matches!(parts.len(), 6 | 8)
        && parts.iter().all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}
