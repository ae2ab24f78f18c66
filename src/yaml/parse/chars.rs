//! Classes of bytes and characters.
//!
//! In: bytes, or a chunk of text. Out: what the scanner may have to look at more closely, and the first character that
//! the server's reader refuses anywhere, even in a comment.

/// May begin a line break: LF, CR, the first bytes of NEL, LS and PS.
pub(crate) const BREAK: u8 = 1;
/// A plain scalar may end here: a possible break, `:`, `#`, the end.
pub(crate) const PLAIN: u8 = 2;
/// Ends a plain scalar inside brackets.
pub(crate) const FLOW: u8 = 4;
/// Letters, digits, `_` and `-`.
pub(crate) const NAME: u8 = 8;
/// Cannot start a plain scalar (`-`, `?` and `:` can, see the cursor).
pub(crate) const INDICATOR: u8 = 16;
/// Needs a look inside single quotes.
pub(crate) const SINGLE: u8 = 32;
/// Needs a look inside double quotes.
pub(crate) const DOUBLE: u8 = 64;

/// A plain scalar that begins with it may be something else than a string.
pub(crate) const MEANS: u8 = 128;

/// The classes of each byte.
pub(crate) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    add(&mut table, b"\n\r\xc2\xe2", BREAK | PLAIN | SINGLE | DOUBLE);
    add(&mut table, b":#\0", PLAIN);
    add(&mut table, b",?[]{}", FLOW);
    add(&mut table, b"\0'", SINGLE);
    add(&mut table, b"\0\"\\", DOUBLE);
    add(&mut table, b"_-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", NAME);
    add(&mut table, b"-?:,[]{}#&*!|>'\"%@` \t\n\r\0", INDICATOR);
    add(&mut table, b"0123456789+-.yYnNtTfFoO~<", MEANS);
    table
}

const fn add(table: &mut [u8; 256], bytes: &[u8], class: u8) {
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] |= class;
        at += 1;
    }
}

/// Space or tab.
#[inline(always)]
pub(crate) fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// The offset of the first character that the reader refuses: controls other than tab and line breaks (NEL included),
/// and the two non-characters U+FFFE and U+FFFF.
pub(crate) fn first_refused(text: &str) -> Option<usize> {
    const STEP: usize = 64;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = (at + STEP).min(bytes.len());
        let odd = bytes[at..end].iter().fold(false, |odd, &byte| odd | needs_look(byte));
        if odd && let Some(found) = refused_in(bytes, at, end) {
            return Some(found);
        }
        at = end;
    }
    None
}

/// Neither printable ASCII nor LF; a little too many, to stay free of branches. As a signed number a byte that is not ASCII
/// is below zero.
#[inline(always)]
fn needs_look(byte: u8) -> bool {
    ((byte as i8) < 0x20 && byte != b'\n') || byte == 0x7f
}

fn refused_in(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    (start..end).find(|&at| match bytes[at] {
        b'\t' | b'\n' | b'\r' => false,
        0x00..0x20 | 0x7f => true,
        0xc2 => bytes.get(at + 1).is_some_and(|&next| next < 0xa0 && next != 0x85),
        0xef => bytes.get(at + 1) == Some(&0xbf) && bytes.get(at + 2).is_some_and(|&last| last >= 0xbe),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::first_refused;

    #[test]
    fn controls_are_found() {
        assert_eq!(first_refused("a: é\u{85}\u{a0}\t\r\n\u{fffd}\u{feff}"), None);
        assert_eq!(first_refused(&format!("{}\u{7f}", "x".repeat(100))), Some(100));
        assert_eq!(first_refused("\u{80}"), Some(0));
        assert_eq!(first_refused("é\u{ffff}"), Some(2));
        assert_eq!(first_refused("a\0"), Some(1));
    }
}
