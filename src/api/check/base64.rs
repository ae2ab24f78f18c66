//! Base64, as Go's standard encoding reads it.
//!
//! In: a text that decoding has found to be base64. Out: the bytes, or how many they are.

/// The bytes; nothing where the text is no padded base64. Line breaks do not count.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut symbols = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n'));
    while let Some(first) = symbols.next() {
        let group = [first, symbols.next()?, symbols.next()?, symbols.next()?];
        let padding = group.iter().rev().take_while(|b| **b == b'=').count();
        let mut bits = 0_u32;
        for symbol in &group[..4 - padding] {
            bits = bits << 6 | value(*symbol)?;
        }
        bits <<= 6 * padding;
        let [_, a, b, c] = bits.to_be_bytes();
        bytes.extend_from_slice(&[a, b, c][..3_usize.checked_sub(padding).filter(|left| *left > 0)?]);
        if padding > 0 && symbols.next().is_some() {
            return None;
        }
    }
    Some(bytes)
}

/// The number of bytes, without looking at the symbols.
pub fn decoded_len(text: &str) -> usize {
    let symbols = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n' | b'=')).count();
    symbols * 3 / 4
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
        for (text, want) in [("", ""), ("YQ==", "a"), ("YWI=", "ab"), ("YWJj", "abc"), ("YW\nJj\r\nZA==", "abcd")] {
            assert_eq!(decode(text).as_deref(), Some(want.as_bytes()), "{text}");
            assert_eq!(decoded_len(text), want.len(), "{text}");
        }
        for bad in ["Y", "YQ", "YQ=", "YQ=a", "Y===", "YQ==YQ==", "Y Q="] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
