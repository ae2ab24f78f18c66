//! Base64, as Go's `base64.StdEncoding` reads it: the standard alphabet with padding. Line breaks do not count.
//!
//! In: a text. Out: its bytes, how many they are, or where Go stops with an error.

/// The bytes; nothing where Go refuses the text. Bits of the last symbol that belong to no byte do not matter.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    if error(text).is_some() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0);
    for value in text.bytes().filter_map(value) {
        bits = bits << 6 | value;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

/// The text of bytes, in lines of 70 characters where there is more than one: as kustomize writes it.
pub fn encode_lines(bytes: &[u8]) -> String {
    let flat = encode(bytes);
    if flat.len() < 70 {
        return flat;
    }
    let mut out = String::with_capacity(flat.len() + flat.len() / 70 + 1);
    for (index, c) in flat.chars().enumerate() {
        if index > 0 && index % 70 == 0 {
            out.push('\n');
        }
        out.push(c);
    }
    out.push('\n');
    out
}

/// The text of bytes, padded.
pub fn encode(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut flat = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * index) & 63) as usize];
            flat.push(if index <= chunk.len() { digit as char } else { '=' });
        }
    }
    flat
}

/// The number of bytes of a text that has no error, without looking at the symbols.
pub fn decoded_len(text: &str) -> usize {
    let symbols = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n' | b'=')).count();
    symbols * 3 / 4
}

/// Where Go stops with an error: the offset of the byte it complains of, or the length where the text ends too early.
pub fn error(text: &str) -> Option<usize> {
    let mut quantum = 0;
    let mut bytes = text.bytes().enumerate().filter(|(_, b)| !matches!(b, b'\r' | b'\n'));
    while let Some((at, byte)) = bytes.next() {
        if byte == b'=' {
            return padding_error(quantum, at, &mut bytes, text.len());
        }
        if value(byte).is_none() {
            return Some(at);
        }
        quantum = (quantum + 1) % 4;
    }
    (quantum != 0).then_some(text.len())
}

fn padding_error(quantum: u8, at: usize, rest: &mut impl Iterator<Item = (usize, u8)>, end: usize) -> Option<usize> {
    match quantum {
        0 | 1 => return Some(at),
        2 => match rest.next() {
            Some((_, b'=')) => {}
            Some((other, _)) => return Some(other),
            None => return Some(end),
        },
        _ => {}
    }
    rest.next().map(|(trailing, _)| trailing)
}

fn value(symbol: u8) -> Option<u32> {
    Some(u32::from(match symbol {
        b'A'..=b'Z' => symbol - b'A',
        b'a'..=b'z' => symbol - b'a' + 26,
        b'0'..=b'9' => symbol - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        for (text, want) in [
            ("", ""),
            ("YQ==", "a"),
            ("YWI=", "ab"),
            ("YWJj", "abc"),
            ("YW\nJj\r\nZA==", "abcd"),
            ("YQ=\n=\n", "a"),
            ("YR==", "a"),
            ("YWJj\nZGVm", "abcdef"),
        ] {
            assert_eq!(decode(text).as_deref(), Some(want.as_bytes()), "{text}");
            assert_eq!(decoded_len(text), want.len(), "{text}");
        }
    }

    #[test]
    fn errors_are_where_go_stops() {
        for (bad, at) in [
            ("Y", 1),
            ("YQ", 2),
            ("YQ=", 3),
            ("YQ=a", 3),
            ("Y===", 1),
            ("=", 0),
            ("YWJ", 3),
            ("YQ==YQ==", 4),
            ("YWI=YQ==", 4),
            ("Y Q=", 1),
            ("_-8=", 0),
            ("é", 0),
            ("YW\nJ_", 4),
        ] {
            assert_eq!((error(bad), decode(bad)), (Some(at), None), "{bad}");
        }
    }
}
