//! Eight bytes at a time.
//!
//! In: a text and an offset. Out: how far nothing of interest stands there. A word is read with its first byte in the
//! lowest bits; a test marks bytes by their top bit, and is exact up to and at the first byte it marks.

/// Bytes in a word.
pub(super) const WIDTH: usize = 8;

const ONES: u64 = u64::MAX / 255;
const TOPS: u64 = ONES << 7;

/// The word at an offset, where the text is long enough for it.
#[inline(always)]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// How many bytes at the word's beginning are `byte`.
#[inline(always)]
pub(super) fn leading(word: u64, byte: u8) -> usize {
    ((word ^ (ONES * byte as u64)).trailing_zeros() / 8) as usize
}

/// Goes on from an offset as long as a test marks nothing; less than a word before the end is left to the caller.
#[inline(always)]
pub(super) fn skip(bytes: &[u8], mut at: usize, marks: impl Fn(u64) -> u64) -> usize {
    while let Some(word) = word(bytes, at) {
        match marks(word) {
            0 => at += WIDTH,
            marked => return at + (marked.trailing_zeros() / 8) as usize,
        }
    }
    at
}

/// Marks bytes below `limit` (at most 128). Those with the top bit set may be marked too.
#[inline(always)]
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * limit as u64) & !word & TOPS
}

/// Marks bytes that are `byte`.
#[inline(always)]
fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * byte as u64), 1)
}

/// Marks where a plain scalar may end: `:`, `#`, controls (line breaks among them), and what is not ASCII.
#[inline(always)]
pub(super) fn may_end_plain(word: u64) -> u64 {
    (word & TOPS) | below(word, b'\r' + 1) | equal(word, b':') | equal(word, b'#')
}

/// The same inside brackets: `,`, `?` and brackets too. Square ones differ from curly ones by one bit.
#[inline(always)]
pub(super) fn may_end_in_brackets(word: u64) -> u64 {
    let curly = word | (ONES << 5);
    may_end_plain(word) | equal(word, b',') | equal(word, b'?') | equal(curly, b'{') | equal(curly, b'}')
}

/// Marks where a text in that quote may end or has to be looked at: the quote, `\`, controls, and what is not ASCII.
#[inline(always)]
pub(super) fn may_end_quoted(word: u64, quote: u8) -> u64 {
    (word & TOPS) | below(word, b'\r' + 1) | equal(word, quote) | equal(word, b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(marks: impl Fn(u64) -> u64, byte: u8, place: usize) -> Option<usize> {
        let mut text = *b"abcdefgh";
        text[place] = byte;
        Some(skip(&text, 0, marks)).filter(|&at| at < WIDTH)
    }

    #[test]
    fn every_byte_that_may_end_a_scalar_is_marked_at_its_place() {
        for byte in 0..=u8::MAX {
            let plain = matches!(byte, 0..=b'\r' | b':' | b'#' | 0x80..);
            let flow = plain || b",?[]{}".contains(&byte);
            let quoted = matches!(byte, 0..=b'\r' | b'"' | b'\\' | 0x80..);
            for place in 0..WIDTH {
                assert_eq!(first(|word| may_end_quoted(word, b'"'), byte, place), quoted.then_some(place), "{byte:#x}");
                assert_eq!(first(may_end_plain, byte, place), plain.then_some(place), "{byte:#x}");
                assert_eq!(first(may_end_in_brackets, byte, place), flow.then_some(place), "{byte:#x}");
            }
        }
    }

    #[test]
    fn leading_bytes_are_counted() {
        assert_eq!(word(b"  x", 0), None);
        assert_eq!(word(b"        ", 0).map(|word| leading(word, b' ')), Some(8));
        assert_eq!(word(b".    \t  ", 0).map(|word| leading(word, b' ')), Some(0));
        assert_eq!(word(b"..  x     ", 2).map(|word| leading(word, b' ')), Some(2));
    }
}
