//! A place in a chunk's text, and what stands there.
//!
//! In: a chunk of UTF-8 text. Out: bytes, blanks and line breaks as go-yaml's scanner sees them *after* apimachinery has
//! cut the file: CRLF is one break, a lone CR, NEL, LS and PS are breaks too, and a chunk without a final line break has
//! one all the same. Offsets are those of the whole file.

use super::chars::{BREAK, CLASS, FLOW, NAME, is_blank};
use super::swar;

/// What a line break leaves in a folded or literal scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Break {
    /// LF, CR, CRLF or NEL: `\n`.
    Line,
    /// U+2028: itself.
    LineSeparator,
    /// U+2029: itself.
    ParagraphSeparator,
}

impl Break {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Break::Line => "\n",
            Break::LineSeparator => "\u{2028}",
            Break::ParagraphSeparator => "\u{2029}",
        }
    }
}

/// A reading position.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'t> {
    /// The file's text up to the end of the chunk.
    pub text: &'t str,
    /// The next byte.
    pub pos: usize,
    /// Where the line that holds `pos` begins.
    pub line: usize,
    /// The chunk has no final line break of its own.
    open_end: bool,
}

impl<'t> Cursor<'t> {
    /// A cursor at `start`, in the chunk that ends with `text`.
    pub(crate) fn new(text: &'t str, start: usize) -> Self {
        let open_end = text.len() > start && !text.ends_with('\n');
        Self { text, pos: start, line: start, open_end }
    }

    /// The byte at an offset; 0 behind the end.
    #[inline(always)]
    pub(crate) fn at(&self, offset: usize) -> u8 {
        match self.text.as_bytes().get(offset) {
            Some(&byte) => byte,
            None => self.beyond(offset),
        }
    }

    #[cold]
    fn beyond(&self, offset: usize) -> u8 {
        if self.open_end && offset == self.text.len() { b'\n' } else { 0 }
    }

    /// The byte at the position.
    #[inline(always)]
    pub(crate) fn here(&self) -> u8 {
        self.at(self.pos)
    }

    /// Bytes since the line began: the column wherever it matters, since only ASCII can stand before a block indicator
    /// or key.
    #[inline(always)]
    pub(crate) fn column(&self) -> i32 {
        (self.pos - self.line) as i32
    }

    /// Length in bytes of the line break at an offset; 0 where there is none.
    #[inline(always)]
    pub(crate) fn break_len(&self, offset: usize) -> usize {
        let byte = self.at(offset);
        if byte == b'\n' {
            return 1;
        }
        if CLASS[byte as usize] & BREAK == 0 { 0 } else { self.rare_break(offset, byte) }
    }

    fn rare_break(&self, offset: usize, byte: u8) -> usize {
        let (second, third) = (self.at(offset + 1), self.at(offset + 2));
        match byte {
            b'\r' if second == b'\n' => 2,
            // The cutter drops one CR before an LF of the file, and the scanner takes another with it.
            b'\r' if second == b'\r' && third == b'\n' && offset + 2 < self.text.len() => 3,
            b'\r' => 1,
            0xc2 if second == 0x85 => 2,
            0xe2 if second == 0x80 && (third == 0xa8 || third == 0xa9) => 3,
            _ => 0,
        }
    }

    /// Whether a blank, a line break or the end stands at an offset.
    #[inline(always)]
    pub(crate) fn is_blankz(&self, offset: usize) -> bool {
        match self.at(offset) {
            b' ' | b'\n' | b'\t' | 0 => true,
            byte => CLASS[byte as usize] & BREAK != 0 && self.rare_break(offset, byte) > 0,
        }
    }

    /// Whether a line break or the end stands at an offset.
    #[inline(always)]
    pub(crate) fn is_breakz(&self, offset: usize) -> bool {
        self.at(offset) == 0 || self.break_len(offset) > 0
    }

    /// Steps over a line break of the given length.
    #[inline(always)]
    pub(crate) fn take_break(&mut self, len: usize) -> Break {
        let kind = match (len, self.at(self.pos), self.at(self.pos + 2)) {
            (3, 0xe2, 0xa8) => Break::LineSeparator,
            (3, 0xe2, _) => Break::ParagraphSeparator,
            _ => Break::Line,
        };
        self.pos += len;
        self.line = self.pos;
        kind
    }

    /// Steps over spaces.
    #[inline(always)]
    pub(crate) fn skip_spaces(&mut self) {
        while let Some(word) = swar::word(self.text.as_bytes(), self.pos) {
            let spaces = swar::leading(word, b' ');
            self.pos += spaces;
            if spaces < swar::WIDTH {
                return;
            }
        }
        while self.here() == b' ' {
            self.pos += 1;
        }
    }

    /// Steps over spaces and tabs.
    #[inline]
    pub(crate) fn skip_blanks(&mut self) {
        while is_blank(self.here()) {
            self.pos += 1;
        }
    }

    /// The offset at which the line that holds `offset` ends.
    pub(crate) fn line_end(&self, offset: usize) -> usize {
        const WINDOW: usize = 32;
        let (bytes, mut at) = (self.text.as_bytes(), offset);
        while at < bytes.len() {
            let end = (at + WINDOW).min(bytes.len());
            let odd = bytes[at..end].iter().fold(false, |odd, &b| odd | matches!(b, b'\n' | b'\r' | 0 | 0xc2 | 0xe2));
            if odd && let Some(found) = (at..end).find(|&at| self.is_breakz(at)) {
                return found;
            }
            at = end;
        }
        offset.max(bytes.len())
    }

    /// Whether `---` or `...` with nothing behind it stands at the position, at a line's start.
    pub(crate) fn document_indicator(&self) -> bool {
        self.pos == self.line
            && matches!(
                (self.here(), self.at(self.pos + 1), self.at(self.pos + 2)),
                (b'-', b'-', b'-') | (b'.', b'.', b'.')
            )
            && self.is_blankz(self.pos + 3)
    }

    /// Whether the scanner takes a `:` at the offset for the value indicator.
    #[inline(always)]
    pub(crate) fn is_colon(&self, offset: usize, flow: bool) -> bool {
        self.at(offset) == b':' && (flow || self.is_blankz(offset + 1))
    }

    /// Whether a plain scalar may start at the position.
    #[inline]
    pub(crate) fn starts_plain(&self, flow: bool) -> bool {
        match self.here() {
            b'-' => !is_blank(self.at(self.pos + 1)),
            b'?' | b':' => !flow && !self.is_blankz(self.pos + 1),
            byte => CLASS[byte as usize] & super::chars::INDICATOR == 0 && !self.is_blankz(self.pos),
        }
    }

    /// The end of the name (letters, digits, `_` and `-`) that starts at an offset.
    pub(crate) fn name_end(&self, offset: usize) -> usize {
        let mut at = offset;
        while CLASS[self.at(at) as usize] & NAME != 0 {
            at += 1;
        }
        at
    }

    /// Whether the text between two offsets has at most `limit` characters.
    pub(crate) fn within(&self, start: usize, end: usize, limit: usize) -> bool {
        end - start <= limit || self.text.get(start..end).is_none_or(|s| s.chars().nth(limit).is_none())
    }
}

/// Whether the byte ends a plain scalar in a flow collection.
#[inline(always)]
pub(crate) fn is_flow_indicator(byte: u8) -> bool {
    CLASS[byte as usize] & FLOW != 0
}
