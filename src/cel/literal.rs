//! The values of literals.
//!
//! In: the text of a number, string or bytes token. Out: its value, or why it has none. Mirrors `parser/unescape.go`
//! and the `Visit…` functions for numbers of cel-go.

/// The value of an integer token with an optional sign.
pub(crate) fn int(text: &str, negative: bool) -> Option<i64> {
    let magnitude = match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok()?,
        None => text.parse::<u64>().ok()?,
    };
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// The value of an unsigned token, its `u` included.
pub(crate) fn uint(text: &str) -> Option<u64> {
    let text = text.strip_suffix(['u', 'U'])?;
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// The value of a floating point token; out of range is no value.
pub(crate) fn double(text: &str, negative: bool) -> Option<f64> {
    let value: f64 = text.parse().ok()?;
    value.is_finite().then_some(if negative { -value } else { value })
}

/// The value of a string token, quotes and prefix `r` included.
pub(crate) fn string(text: &str) -> Option<String> {
    let bytes = unquote(text, false)?;
    String::from_utf8(bytes).ok()
}

/// The value of a bytes token, quotes and prefixes included.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    unquote(&text[1..], true)
}

fn unquote(text: &str, bytes: bool) -> Option<Vec<u8>> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let raw = text.starts_with(['r', 'R']);
    let text = text.trim_start_matches(['r', 'R']);
    let quotes = if text.len() >= 6 && (text.starts_with("'''") || text.starts_with("\"\"\"")) { 3 } else { 1 };
    let inner = text.get(quotes..text.len().checked_sub(quotes)?)?;
    if raw || !inner.contains('\\') {
        return Some(inner.as_bytes().to_vec());
    }
    unescape(inner, bytes)
}

fn unescape(mut rest: &str, bytes: bool) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(rest.len());
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let letter = *rest.as_bytes().get(at + 1)?;
        let (value, used) = escaped(letter, rest.get(at + 2..)?, bytes)?;
        match value {
            Value::Byte(byte) => out.push(byte),
            Value::Char(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = rest.get(at + 2 + used..)?;
    }
    out.extend_from_slice(rest.as_bytes());
    Some(out)
}

enum Value {
    Byte(u8),
    Char(char),
}

fn escaped(letter: u8, rest: &str, bytes: bool) -> Option<(Value, usize)> {
    let simple = match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        b'\\' | b'\'' | b'"' | b'`' | b'?' => letter,
        b'x' | b'X' => return number(rest.get(..2)?, 16, bytes).map(|value| (value, 2)),
        b'u' if !bytes => return number(rest.get(..4)?, 16, false).map(|value| (value, 4)),
        b'U' if !bytes => return number(rest.get(..8)?, 16, false).map(|value| (value, 8)),
        b'0'..=b'3' => {
            let low = u32::from_str_radix(rest.get(..2)?, 8).ok()?;
            return code(u32::from(letter - b'0') * 64 + low, bytes).map(|value| (value, 2));
        }
        _ => return None,
    };
    Some((Value::Byte(simple), 0))
}

fn number(digits: &str, radix: u32, bytes: bool) -> Option<Value> {
    code(u32::from_str_radix(digits, radix).ok()?, bytes)
}

fn code(value: u32, bytes: bool) -> Option<Value> {
    if bytes { u8::try_from(value).ok().map(Value::Byte) } else { char::from_u32(value).map(Value::Char) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_taken_out() {
        assert_eq!(string(r"'a\n\x41\u00e4\101\''").as_deref(), Some("a\nAäA'"));
        assert_eq!(string(r"r'\n'").as_deref(), Some("\\n"));
        assert_eq!(string("'''a'b'''").as_deref(), Some("a'b"));
        assert_eq!(string(r"'\ud800'"), None);
        assert_eq!(bytes(r"b'\xff\377'"), Some(vec![255, 255]));
        assert_eq!(bytes(r"b'\u00e4'"), None);
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(int("9223372036854775808", true), Some(i64::MIN));
        assert_eq!(int("9223372036854775808", false), None);
        assert_eq!(int("0xff", false), Some(255));
        assert_eq!(uint("18446744073709551616u"), None);
        assert_eq!(double("1e999", false), None);
    }
}
