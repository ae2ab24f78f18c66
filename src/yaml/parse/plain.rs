//! Plain scalars.
//!
//! In: a cursor on the first character. Out: the scalar's extent, and its text where lines had to be folded. Ends at
//! `: `, ` #`, a line indented less, a document indicator, and inside brackets at any bracket, comma or `?`.

use super::chars::{CLASS, PLAIN, is_blank};
use super::cursor::{Break, Cursor, is_flow_indicator};
use super::error::{Because, Fail, fail};
use super::swar;
use crate::yaml::arena::Text;

/// A plain scalar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain {
    /// One past its last character.
    pub end: usize,
    pub text: Text,
    /// The cursor has gone past a line break behind it.
    pub crossed: bool,
}

/// Scans a plain scalar. `indent` is the least column of its further lines.
///
/// # Errors
/// A tab that stands where a further line is indented.
pub(crate) fn scan(cursor: &mut Cursor<'_>, indent: i32, flow: bool, side: &mut String) -> Result<Plain, Fail> {
    let start = cursor.pos;
    let mut end = segment(cursor, flow);
    if cursor.break_len(cursor.pos) == 0 {
        return Ok(Plain { end, text: Text::in_source(start, end), crossed: false });
    }
    let mut folded = None;
    loop {
        let (first, line) = (cursor.take_break(cursor.break_len(cursor.pos)), cursor.pos);
        skip_lines(cursor, indent, start)?;
        if ends_here(cursor, indent, flow) {
            let text = folded.map_or(Text::in_source(start, end), |from| Text::in_side(from, side.len()));
            return Ok(Plain { end, text, crossed: true });
        }
        let from = *folded.get_or_insert_with(|| {
            side.push_str(&cursor.text[start..end]);
            side.len() - (end - start)
        });
        fold(side, first, cursor, line);
        let begin = cursor.pos;
        end = segment(cursor, flow);
        side.push_str(&cursor.text[begin..end]);
        if cursor.break_len(cursor.pos) == 0 {
            return Ok(Plain { end, text: Text::in_side(from, side.len()), crossed: false });
        }
    }
}

/// Goes to the end of the scalar's part on this line and over the blanks behind it; gives the end of the part.
#[inline]
fn segment(cursor: &mut Cursor<'_>, flow: bool) -> usize {
    let (start, mut at) = (cursor.pos, cursor.pos);
    loop {
        at = swar::skip(cursor.text.as_bytes(), at, if flow { swar::may_end_in_brackets } else { swar::may_end_plain });
        let byte = cursor.at(at);
        if CLASS[byte as usize] & PLAIN != 0 {
            let stop = match byte {
                b':' => cursor.is_blankz(at + 1),
                b'#' => at > start && is_blank(cursor.at(at - 1)),
                0 => true,
                _ => cursor.break_len(at) > 0,
            };
            if stop {
                break;
            }
        } else if flow && is_flow_indicator(byte) {
            break;
        }
        at += 1;
    }
    cursor.pos = at;
    let mut end = at;
    while end > start && is_blank(cursor.at(end - 1)) {
        end -= 1;
    }
    end
}

/// Goes over blank lines and indentation to the next character.
fn skip_lines(cursor: &mut Cursor<'_>, indent: i32, start: usize) -> Result<(), Fail> {
    loop {
        match cursor.here() {
            b' ' => cursor.skip_spaces(),
            b'\t' if cursor.column() < indent => {
                return fail("a tab cannot indent: use spaces", cursor.pos, cursor.pos + 1).because(
                    start,
                    start + 1,
                    "in the text that began here",
                );
            }
            b'\t' => cursor.pos += 1,
            _ => match cursor.break_len(cursor.pos) {
                0 => return Ok(()),
                len => {
                    cursor.take_break(len);
                }
            },
        }
    }
}

/// Whether no further line of the scalar begins at the cursor.
fn ends_here(cursor: &Cursor<'_>, indent: i32, flow: bool) -> bool {
    let byte = cursor.here();
    byte == 0
        || byte == b'#'
        || (!flow && cursor.column() < indent)
        || cursor.document_indicator()
        || (byte == b':' && cursor.is_blankz(cursor.pos + 1))
        || (flow && is_flow_indicator(byte))
}

/// Appends what the line breaks between two lines amount to: a space for one, all but the first for more. `line` is where
/// the line after the first break begins.
fn fold(side: &mut String, first: Break, cursor: &Cursor<'_>, line: usize) {
    let before = side.len();
    if first != Break::Line {
        side.push_str(first.as_str());
    }
    let mut at = *cursor;
    (at.pos, at.line) = (line, line);
    while at.pos < cursor.pos {
        match at.break_len(at.pos) {
            0 => at.pos += 1,
            len => side.push_str(at.take_break(len).as_str()),
        }
    }
    if side.len() == before {
        side.push(' ');
    }
}
