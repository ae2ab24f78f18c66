//! Quoted scalars.
//!
//! In: a cursor on the opening quote. Out: the text between the quotes, a slice of the source where nothing had to be
//! decoded or folded; the cursor stands behind the closing quote. Further lines may begin at any column.

use super::chars::{CLASS, DOUBLE, SINGLE, is_blank};
use super::cursor::{Break, Cursor};
use super::error::{Because, Fail, fail};
use super::swar;
use crate::yaml::arena::Text;

/// How a text in double quotes is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escapes {
    /// As go-yaml does.
    Yaml,
    /// Also what JSON has beyond it: `\/` and surrogate pairs.
    Json,
}

/// Scans a quoted scalar.
///
/// # Errors
/// No closing quote, a document indicator inside, an escape that does not exist.
pub(crate) fn scan(cursor: &mut Cursor<'_>, escapes: Escapes, side: &mut String) -> Result<Text, Fail> {
    let quote = cursor.here();
    let class = if quote == b'"' { DOUBLE } else { SINGLE };
    let start = cursor.pos + 1;
    let mut at = start;
    loop {
        at = swar::skip(cursor.text.as_bytes(), at, |word| swar::may_end_quoted(word, quote));
        let byte = cursor.at(at);
        if CLASS[byte as usize] & class != 0 {
            if byte == quote && (quote == b'"' || cursor.at(at + 1) != b'\'') {
                cursor.pos = at + 1;
                return Ok(Text::in_source(start, at));
            }
            if byte < 0x80 || cursor.break_len(at) > 0 {
                break;
            }
        }
        at += 1;
    }
    let mut scan = Scan { open: cursor.pos, quote, class, escapes, from: side.len(), side };
    scan.run(cursor, at)?;
    Ok(Text::in_side(scan.from, scan.side.len()))
}

struct Scan<'b> {
    open: usize,
    quote: u8,
    class: u8,
    escapes: Escapes,
    from: usize,
    side: &'b mut String,
}

impl Scan<'_> {
    /// `plain_to`: what lies between the quote and there is taken as it is, but for blanks before a line break.
    fn run(&mut self, cursor: &mut Cursor<'_>, plain_to: usize) -> Result<(), Fail> {
        let begin = self.open + 1;
        let mut kept = plain_to;
        if cursor.break_len(plain_to) > 0 {
            while kept > begin && is_blank(cursor.at(kept - 1)) {
                kept -= 1;
            }
        }
        self.side.push_str(&cursor.text[begin..kept]);
        cursor.pos = kept;
        loop {
            let escaped_break = self.characters(cursor)?;
            if cursor.here() == self.quote {
                cursor.pos += 1;
                return Ok(());
            }
            self.white_space(cursor, escaped_break);
            if cursor.document_indicator() {
                let marker = cursor.pos;
                return self.because(fail("there is a document marker inside quotes", marker, marker + 3));
            }
            if cursor.here() == 0 {
                let name = if self.quote == b'"' { "double" } else { "single" };
                let message = format!("the {name} quote that opens here is never closed");
                return fail(message, self.open, self.open + 1);
            }
        }
    }

    fn because<T>(&self, result: Result<T, Fail>) -> Result<T, Fail> {
        result.because(self.open, self.open + 1, "the quoted text began here")
    }

    /// Takes characters up to a blank, a line break, the end or the closing quote. Gives whether an escaped line break
    /// was the last.
    fn characters(&mut self, cursor: &mut Cursor<'_>) -> Result<bool, Fail> {
        let mut from = cursor.pos;
        loop {
            let byte = cursor.here();
            if CLASS[byte as usize] & self.class == 0 && !is_blank(byte) {
                cursor.pos += 1;
                continue;
            }
            let text = &cursor.text[from..cursor.pos];
            if byte == b'\'' && self.quote == b'\'' && cursor.at(cursor.pos + 1) == b'\'' {
                self.side.push_str(text);
                self.side.push('\'');
                cursor.pos += 2;
            } else if byte == b'\\' && self.quote == b'"' {
                self.side.push_str(text);
                cursor.pos += 1;
                if let len @ 1.. = cursor.break_len(cursor.pos) {
                    cursor.take_break(len);
                    return Ok(true);
                }
                self.escape(cursor)?;
            } else if byte == self.quote || cursor.is_blankz(cursor.pos) {
                self.side.push_str(text);
                return Ok(false);
            } else {
                // The first byte of a character that might have been a line break.
                cursor.pos += 1;
                continue;
            }
            from = cursor.pos;
        }
    }

    /// Takes blanks and line breaks, and folds them.
    fn white_space(&mut self, cursor: &mut Cursor<'_>, mut on_new_line: bool) {
        let before = self.side.len();
        let (blanks, mut first) = (cursor.pos, None);
        loop {
            if is_blank(cursor.here()) {
                cursor.pos += 1;
                continue;
            }
            let len = cursor.break_len(cursor.pos);
            if len == 0 {
                break;
            }
            if !on_new_line {
                first = Some(cursor.take_break(len));
                on_new_line = true;
                if let Some(kind @ (Break::LineSeparator | Break::ParagraphSeparator)) = first {
                    self.side.push_str(kind.as_str());
                }
            } else {
                self.side.push_str(cursor.take_break(len).as_str());
            }
        }
        if !on_new_line {
            self.side.push_str(&cursor.text[blanks..cursor.pos]);
        } else if first == Some(Break::Line) && self.side.len() == before {
            self.side.push(' ');
        }
    }

    /// Decodes the escape whose backslash lies behind the cursor.
    fn escape(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fail> {
        let at = cursor.pos;
        let decoded = match cursor.here() {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            byte @ (b' ' | b'"' | b'\'' | b'\\') => byte as char,
            b'/' if self.escapes == Escapes::Json => '/',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => self.code(cursor, 2)?,
            b'u' => self.code(cursor, 4)?,
            b'U' => self.code(cursor, 8)?,
            _ => return self.unknown_escape(cursor),
        };
        self.side.push(decoded);
        if cursor.pos == at {
            cursor.pos += 1;
        }
        Ok(())
    }

    fn unknown_escape(&self, cursor: &Cursor<'_>) -> Result<(), Fail> {
        let at = cursor.pos;
        let shown = cursor.text.get(at..).and_then(|rest| rest.chars().next()).map_or(String::new(), String::from);
        let hint = if shown == "/" { " (JSON has it, the server's YAML reader does not)" } else { "" };
        let message =
            format!("`\\{shown}` is not an escape sequence in double quotes{hint}; write a backslash as `\\\\`");
        self.because(fail(message, at - 1, at + shown.len()))
    }

    /// A character by its code in hexadecimal digits.
    fn code(&self, cursor: &mut Cursor<'_>, digits: usize) -> Result<char, Fail> {
        let start = cursor.pos - 1;
        let value = self.hex(cursor, cursor.pos + 1, digits)?;
        cursor.pos += 1 + digits;
        if let Some(c) = char::from_u32(value) {
            return Ok(c);
        }
        if self.escapes == Escapes::Json && digits == 4 && value < 0xdc00 && cursor.at(cursor.pos + 1) == b'u' {
            let low = self.hex(cursor, cursor.pos + 2, 4)?;
            let pair = 0x10000 + ((value & 0x3ff) << 10) + (low & 0x3ff);
            if let (0xdc00..0xe000, Some(c)) = (low, char::from_u32(pair)) {
                cursor.pos += 6;
                return Ok(c);
            }
        }
        let message = format!("U+{value:04X} is not a character by itself: write the character, not an escape");
        self.because(fail(message, start, cursor.pos))
    }

    fn hex(&self, cursor: &Cursor<'_>, from: usize, digits: usize) -> Result<u32, Fail> {
        let mut value = 0u32;
        for at in from..from + digits {
            match (cursor.at(at) as char).to_digit(16) {
                Some(digit) => value = (value << 4) | digit,
                None => {
                    let message = format!("this escape needs {digits} hexadecimal digits");
                    return self.because(fail(message, from - 2, at));
                }
            }
        }
        Ok(value)
    }
}
