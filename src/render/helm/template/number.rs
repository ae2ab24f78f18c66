//! Number constants.
//!
//! In: a number or character as a template writes it. Out: a [`Number`], or nothing where Go refuses it.

use super::node::Number;
use super::quote::unquote_char;

/// Reads a number constant.
pub fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_suffix('i') {
        return digits.parse::<f64>().ok().map(|_| Number { complex: true, ..Number::default() });
    }
    let int = parse_int(text);
    let uint = int.and_then(|i| u64::try_from(i).ok()).or_else(|| parse_uint(text));
    let mut number = Number { int, uint, ..Number::default() };
    if let Some(i) = int {
        number.float = Some(i as f64);
    } else if let Some(u) = uint {
        number.float = Some(u as f64);
    } else {
        let float = parse_float(text)?;
        // An integer that no type can hold is no float either.
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return None;
        }
        number.float = Some(float);
        if float.fract() == 0.0 && (-9.223_372_036_854_776e18..9.223_372_036_854_776e18).contains(&float) {
            number.int = Some(float as i64);
            number.uint = u64::try_from(float as i64).ok();
        }
    }
    let hexadecimal = text.trim_start_matches(['+', '-']).to_ascii_lowercase().starts_with("0x");
    let floating = text.contains(['.', 'e', 'E', 'p', 'P']);
    number.floating = floating && (!hexadecimal || text.contains(['p', 'P']));
    Some(number)
}

/// Reads a character constant.
pub fn character(text: &str) -> Option<Number> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let (c, rest) = unquote_char(inner, '\'')?;
    if !rest.is_empty() {
        return None;
    }
    let value = c.value();
    Some(Number { int: Some(value), uint: Some(value as u64), float: Some(value as f64), ..Number::default() })
}

/// Underscores may stand between digits only, and only where the base is told.
fn underscores_ok(text: &str) -> bool {
    if !text.contains('_') {
        return true;
    }
    let digits = text.trim_start_matches(['+', '-']);
    let lower = digits.to_ascii_lowercase();
    let prefixed = lower.starts_with("0x") || lower.starts_with("0o") || lower.starts_with("0b");
    let octal = lower.starts_with('0') && lower.len() > 1;
    let body = if prefixed { &lower[2..] } else { &lower[..] };
    let mut before = if prefixed || octal { '0' } else { ' ' };
    for c in body.chars() {
        if c == '_' && !(before.is_ascii_hexdigit() || before == '0') {
            return false;
        }
        if before == '_' && !c.is_ascii_hexdigit() {
            return false;
        }
        before = c;
    }
    before != '_'
}

fn magnitude(text: &str) -> Option<u64> {
    if !underscores_ok(text) {
        return None;
    }
    let clean = text.replace('_', "");
    let lower = clean.to_ascii_lowercase();
    let (radix, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

/// Go's `strconv.ParseInt(text, 0, 64)`.
pub fn parse_int(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(digits) => {
            let value = magnitude(digits)?;
            (value <= 1 << 63).then(|| (value as i64).wrapping_neg())
        }
        None => i64::try_from(magnitude(text.strip_prefix('+').unwrap_or(text))?).ok(),
    }
}

fn parse_uint(text: &str) -> Option<u64> {
    magnitude(text)
}

/// Go's `strconv.ParseFloat(text, 64)`, hexadecimal floats included.
pub fn parse_float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = unsigned.to_ascii_lowercase();
    if let Some(hexadecimal) = lower.strip_prefix("0x") {
        let value = hex_float(&hexadecimal.replace('_', ""))?;
        return Some(if text.starts_with('-') { -value } else { value });
    }
    match lower.as_str() {
        "inf" | "infinity" => return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') || unsigned.contains('_') {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = 0.0;
    for c in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(c.to_digit(16)?);
    }
    Some(value * 2f64.powi(exponent - 4 * fraction.len() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_go_makes_of_them() {
        let int = |text: &str| number(text).and_then(|n| n.int);
        assert_eq!(int("0x1F"), Some(31));
        assert_eq!(int("017"), Some(15));
        assert_eq!(int("1_000"), Some(1000));
        assert_eq!(int("1e3"), Some(1000));
        assert_eq!(int("1.5"), None);
        assert_eq!(number("1e3").map(|n| n.floating), Some(true));
        assert_eq!(number("0x1e").map(|n| n.floating), Some(false));
        assert_eq!(number("08"), None);
        assert_eq!(number("99999999999999999999"), None);
        assert_eq!(character("'a'").and_then(|n| n.int), Some(97));
    }
}
