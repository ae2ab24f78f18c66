//! Texts in quotes, as Go writes and reads them.
//!
//! In: a quoted constant, or bytes to quote. Out: bytes, or Go's `%q`.

/// A character of a quoted text: one with a code, or a byte that need be no character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unquoted {
    /// A character.
    Char(char),
    /// A byte, from `\x41` or `\101`.
    Byte(u8),
}

impl Unquoted {
    /// Its code.
    pub fn value(self) -> i64 {
        match self {
            Self::Char(c) => i64::from(c as u32),
            Self::Byte(b) => i64::from(b),
        }
    }
}

/// The first character of what stands between quotes, and the rest.
pub fn unquote_char(text: &str, quote: char) -> Option<(Unquoted, &str)> {
    let first = text.chars().next()?;
    if first == quote || first == '\n' {
        return None;
    }
    if first != '\\' {
        return Some((Unquoted::Char(first), &text[first.len_utf8()..]));
    }
    let kind = text[1..].chars().next()?;
    let rest = &text[1 + kind.len_utf8()..];
    let simple = |c: char| Some((Unquoted::Char(c), rest));
    match kind {
        'a' => simple('\u{7}'),
        'b' => simple('\u{8}'),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\u{b}'),
        '\\' => simple('\\'),
        '\'' | '"' if kind == quote => simple(kind),
        'x' => {
            let value = u8::from_str_radix(rest.get(..2)?, 16).ok()?;
            Some((Unquoted::Byte(value), &rest[2..]))
        }
        'u' | 'U' => {
            let len = if kind == 'u' { 4 } else { 8 };
            let value = u32::from_str_radix(rest.get(..len)?, 16).ok()?;
            Some((Unquoted::Char(char::from_u32(value)?), &rest[len..]))
        }
        '0'..='7' => {
            let value = u16::from_str_radix(text.get(1..4)?, 8).ok()?;
            Some((Unquoted::Byte(u8::try_from(value).ok()?), &text[4..]))
        }
        _ => None,
    }
}

/// The bytes of a text in double or back quotes; `None` where Go refuses it.
pub fn unquote(text: &str) -> Option<Vec<u8>> {
    if let Some(raw) = text.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
        return Some(raw.bytes().filter(|b| *b != b'\r').collect());
    }
    let mut rest = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (c, behind) = unquote_char(rest, '"')?;
        match c {
            Unquoted::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Unquoted::Byte(b) => out.push(b),
        }
        rest = behind;
    }
    Some(out)
}

/// Go's `%q` of one chunk of bytes, without the quotes.
pub fn escape(bytes: &[u8], quote: char, out: &mut Vec<u8>) {
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            escape_char(c, quote, out);
        }
        for byte in chunk.invalid() {
            out.extend_from_slice(format!("\\x{byte:02x}").as_bytes());
        }
    }
}

fn escape_char(c: char, quote: char, out: &mut Vec<u8>) {
    let text = match c {
        _ if c == quote || c == '\\' => format!("\\{c}"),
        '\u{7}' => "\\a".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        _ if is_print(c) => c.to_string(),
        _ if (c as u32) < 0x20 || c == '\u{7f}' => format!("\\x{:02x}", c as u32),
        _ if (c as u32) < 0x10000 => format!("\\u{:04x}", c as u32),
        _ => format!("\\U{:08x}", c as u32),
    };
    out.extend_from_slice(text.as_bytes());
}

/// Go's `unicode.IsPrint`, as near as the standard library tells: letters, marks, numbers, punctuation, symbols and the
/// ASCII blank.
pub fn is_print(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    let code = c as u32;
    let other_space = matches!(code, 0xa0 | 0x1680 | 0x2000..=0x200f | 0x2028..=0x202f | 0x205f..=0x206f | 0x3000);
    let format =
        matches!(code, 0xad | 0x61c | 0x180e | 0xfeff | 0xfff9..=0xfffb | 0xe000..=0xf8ff | 0xe0000..=0x10ffff);
    !c.is_control() && !other_space && !format && !matches!(code & 0xffff, 0xfffe | 0xffff)
}

/// Go's `%q` of bytes.
pub fn quote(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 2);
    out.push(b'"');
    escape(bytes, '"', &mut out);
    out.push(b'"');
    out
}
