//! What a scalar means to the API server.
//!
//! In: a scalar's text and its tag. Out: the value that go-yaml v2 (behind sigs.k8s.io/yaml) resolves it to, and the
//! JSON key it becomes. Neither YAML 1.1 nor 1.2 in full: `yes`, `on` and `y` are booleans, `0644` is octal, `1_000` is
//! 1000, but sexagesimals and binary floats are not numbers.

use super::parse::Tag;
use super::timestamp;

/// A resolved plain scalar. Strings keep the scalar's own text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Resolved {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    Float(f64),
    String,
    /// `<<`
    Merge,
}

/// Resolves a plain scalar without a tag.
pub(crate) fn resolve_plain(text: &str) -> Resolved {
    let bytes = text.as_bytes();
    let Some(&first) = bytes.first() else { return Resolved::Null };
    match first {
        b'0'..=b'9' => number(text).unwrap_or(Resolved::String),
        b'+' | b'-' => word(text).or_else(|| number(text)).unwrap_or(Resolved::String),
        b'.' => word(text).or_else(|| dotted(text)).unwrap_or(Resolved::String),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' | b'<' => {
            word(text).unwrap_or(Resolved::String)
        }
        _ => Resolved::String,
    }
}

fn word(text: &str) -> Option<Resolved> {
    if text.len() > 5 {
        return None;
    }
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Resolved::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Resolved::Bool(false),
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        "<<" => Resolved::Merge,
        _ => return None,
    })
}

/// A text that begins with a dot goes to Go's `ParseFloat` as it is: underscores may stand between digits alone.
fn dotted(text: &str) -> Option<Resolved> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let spaced = |at: usize| bytes[at] != b'_' || (at > 0 && digit(at + 1) && (digit(at - 1) || bytes[at - 1] == b'_'));
    if !(0..bytes.len()).all(spaced) {
        return None;
    }
    float(&text.replace('_', ""))
}

/// An integer, or else a float, in the order in which go-yaml tries them.
fn number(text: &str) -> Option<Resolved> {
    let cleaned;
    let plain = if text.contains('_') {
        cleaned = text.replace('_', "");
        cleaned.as_str()
    } else {
        text
    };
    integer(plain).or_else(|| float(plain)).or_else(|| signed_binary(plain))
}

/// Go's `strconv.ParseInt(plain, 0, 64)`, then `ParseUint`, then go-yaml's own `0b` and `0o` forms.
fn integer(plain: &str) -> Option<Resolved> {
    let (negative, digits) = match plain.as_bytes().first()? {
        b'-' => (true, &plain[1..]),
        b'+' => (false, &plain[1..]),
        _ => (false, plain),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.bytes().all(|b| (b as char).is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return (magnitude <= 1 << 63).then(|| Resolved::Int((magnitude as i64).wrapping_neg()));
    }
    match i64::try_from(magnitude) {
        Ok(value) => Some(Resolved::Int(value)),
        // An explicit plus sign is not accepted by ParseUint, so such a number goes on as a float.
        Err(_) if plain.starts_with('+') => None,
        Err(_) => Some(Resolved::UInt(magnitude)),
    }
}

/// go-yaml's own form, for what the general one refuses: a sign behind `0b`.
fn signed_binary(plain: &str) -> Option<Resolved> {
    let digits = plain.strip_prefix("0b")?;
    let value = i64::from_str_radix(digits, 2).ok()?;
    Some(Resolved::Int(value))
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`, finite.
fn float(plain: &str) -> Option<Resolved> {
    let unsigned = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_ok = exponent.is_none_or(|e| digits(e.strip_prefix(['-', '+']).unwrap_or(e)));
    if !mantissa_ok || !exponent_ok {
        return None;
    }
    let value: f64 = plain.parse().ok()?;
    value.is_finite().then_some(Resolved::Float(value))
}

/// The JSON text of a float key: Go formats it with the fewest digits that tell 32-bit floats apart.
pub(crate) fn float_key(value: f64) -> String {
    let narrow = value as f32;
    if narrow.is_infinite() {
        return if narrow > 0.0 { ".inf".into() } else { "-.inf".into() };
    }
    if narrow.is_nan() {
        return ".nan".into();
    }
    go_shortest(&format!("{narrow:e}"), 6)
}

/// Resolves a scalar that has a tag; `None` where the tag does not allow its text. `!!binary` is not resolved here.
pub(crate) fn resolve_tagged(tag: Tag, text: &str) -> Option<Resolved> {
    let plain = || match resolve_plain(text) {
        Resolved::Merge => Resolved::String,
        resolved => resolved,
    };
    match tag {
        Tag::Merge | Tag::NonSpecific if text == "<<" => Some(Resolved::Merge),
        Tag::Str | Tag::Other | Tag::Merge | Tag::NonSpecific | Tag::Binary => Some(Resolved::String),
        Tag::Timestamp => timestamp::is_timestamp(text).then_some(Resolved::String),
        Tag::Int => Some(plain()).filter(|value| matches!(value, Resolved::Int(_) | Resolved::UInt(_))),
        Tag::Bool => Some(plain()).filter(|value| matches!(value, Resolved::Bool(_))),
        Tag::Null => Some(plain()).filter(|value| matches!(value, Resolved::Null)),
        Tag::Float => match plain() {
            Resolved::Int(i) => Some(Resolved::Float(i as f64)),
            value @ Resolved::Float(_) => Some(value),
            _ => None,
        },
    }
}

/// Go's `%g`-like shortest form from Rust's shortest scientific form (`1.5e7`), with exponents below -4 or from
/// `upper` on kept as `1.5e+07`.
pub(crate) fn go_shortest(scientific: &str, upper: i32) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits = mantissa.replace('.', "");
    if exponent < -4 || exponent >= upper {
        let sign_of_exponent = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{sign_of_exponent}{:02}", exponent.abs());
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat((-exponent - 1) as usize));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    format!("{sign}{}.{}", &digits[..whole], &digits[whole..])
}

#[cfg(test)]
mod tests {
    use super::{Resolved::*, *};

    #[test]
    fn scalars_resolve_as_go_yaml_v2_does() {
        for (text, want) in [
            ("", Null),
            ("~", Null),
            ("y", Bool(true)),
            ("Off", Bool(false)),
            ("yEs", String),
            ("0644", Int(420)),
            ("0o17", Int(15)),
            ("08", Float(8.0)),
            ("-0x1f", Int(-31)),
            ("0b101", Int(5)),
            ("1_000", Int(1000)),
            ("_1", String),
            ("18446744073709551615", UInt(u64::MAX)),
            ("18446744073709551616", Float(1.8446744073709552e19)),
            ("-9223372036854775808", Int(i64::MIN)),
            ("1.", Float(1.0)),
            (".5", Float(0.5)),
            ("1234e56", Float(1.234e59)),
            ("12e4567", String),
            ("1e", String),
            ("12:30", String),
            ("100m", String),
            ("0x", String),
            ("-", String),
        ] {
            assert_eq!(resolve_plain(text), want, "{text:?}");
        }
    }

    #[test]
    fn float_keys_have_32_bits() {
        assert_eq!(float_key(1e6), "1e+06");
        assert_eq!(float_key(0.1), "0.1");
        assert_eq!(float_key(1.5), "1.5");
    }
}
