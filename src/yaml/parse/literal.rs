//! Block scalars, literal `|` and folded `>`.
//!
//! In: a cursor on the indicator and the indentation of the collection around it. Out: the text; the cursor stands at the
//! first line that does not belong to it, behind that line's indentation.

use super::chars::is_blank;
use super::cursor::{Break, Cursor};
use super::error::{Because, Fail, fail};

/// A block scalar; its text was appended to the buffer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Literal {
    /// One past its last character, or past its header where it has no line.
    pub end: usize,
    /// Where its text begins in the buffer.
    pub from: usize,
    /// A comment in its header.
    pub comment: Option<(usize, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

struct Header {
    chomp: Chomp,
    increment: i32,
    comment: Option<(usize, usize)>,
    end: usize,
}

/// Scans a block scalar. `parent` is the indentation of the block around it, -1 at the top.
///
/// # Errors
/// A header that is none, or a tab in the indentation.
pub(crate) fn scan(cursor: &mut Cursor<'_>, parent: i32, side: &mut String) -> Result<Literal, Fail> {
    let start = cursor.pos;
    let folded = cursor.here() == b'>';
    let header = header(cursor)?;
    let from = side.len();
    let mut body = Body { start, folded, indent: 0, end: header.end, blank: Vec::new(), first_break: None, side };
    if header.increment > 0 {
        body.indent = parent.max(0) + header.increment;
    }
    body.breaks(cursor, parent)?;
    body.lines(cursor, parent)?;
    let Body { side, blank, first_break, end, .. } = body;
    if header.chomp != Chomp::Strip {
        side.push_str(first_break.map_or("", Break::as_str));
    }
    if header.chomp == Chomp::Keep {
        blank.iter().for_each(|kind| side.push_str(kind.as_str()));
    }
    Ok(Literal { end, from, comment: header.comment })
}

/// Reads `|`, chomping and indentation indicators, a comment and the line break.
fn header(cursor: &mut Cursor<'_>) -> Result<Header, Fail> {
    let start = cursor.pos;
    cursor.pos += 1;
    let mut header = Header { chomp: Chomp::Clip, increment: 0, comment: None, end: 0 };
    let chomped = take_chomp(cursor, &mut header);
    if cursor.here().is_ascii_digit() {
        header.increment = i32::from(cursor.here() - b'0');
        if header.increment == 0 {
            return fail("a block scalar's indentation indicator is 1 to 9", start, cursor.pos + 1);
        }
        cursor.pos += 1;
        if !chomped {
            take_chomp(cursor, &mut header);
        }
    }
    header.end = cursor.pos;
    cursor.skip_blanks();
    if cursor.here() == b'#' {
        let begin = cursor.pos;
        cursor.pos = cursor.line_end(begin);
        header.comment = Some((begin, cursor.pos));
    }
    match cursor.break_len(cursor.pos) {
        0 if cursor.here() != 0 => {
            let end = cursor.line_end(cursor.pos);
            let indicator = cursor.at(start) as char;
            let message = format!("nothing may follow `{indicator}` on its line: the text begins on the next one");
            fail(message, cursor.pos, end).because(start, start + 1, "the block scalar begins here")
        }
        0 => Ok(header),
        len => {
            cursor.take_break(len);
            Ok(header)
        }
    }
}

fn take_chomp(cursor: &mut Cursor<'_>, header: &mut Header) -> bool {
    header.chomp = match cursor.here() {
        b'+' => Chomp::Keep,
        b'-' => Chomp::Strip,
        _ => return false,
    };
    cursor.pos += 1;
    true
}

struct Body<'b> {
    start: usize,
    folded: bool,
    /// Column of its lines; 0 while unknown.
    indent: i32,
    end: usize,
    /// Line breaks since the last line that was not blank, but for the first.
    blank: Vec<Break>,
    /// The break that ended the last line that was not blank.
    first_break: Option<Break>,
    side: &'b mut String,
}

impl Body<'_> {
    fn lines(&mut self, cursor: &mut Cursor<'_>, parent: i32) -> Result<(), Fail> {
        let mut after_blank = false;
        while cursor.column() == self.indent && cursor.here() != 0 {
            let begins_blank = is_blank(cursor.here());
            let joins = self.folded && !after_blank && !begins_blank && self.first_break == Some(Break::Line);
            if !joins {
                self.side.push_str(self.first_break.map_or("", Break::as_str));
            } else if self.blank.is_empty() {
                self.side.push(' ');
            }
            self.first_break = None;
            self.blank.drain(..).for_each(|kind| self.side.push_str(kind.as_str()));
            after_blank = begins_blank;
            let end = self.line_end(cursor);
            self.side.push_str(&cursor.text[cursor.pos..end]);
            self.end = end;
            cursor.pos = end;
            if let len @ 1.. = cursor.break_len(end) {
                self.first_break = Some(cursor.take_break(len));
            }
            self.breaks(cursor, parent)?;
        }
        Ok(())
    }

    /// The end of the line at the cursor; almost always the next LF.
    fn line_end(&self, cursor: &Cursor<'_>) -> usize {
        let rest = &cursor.text.as_bytes()[cursor.pos..];
        let mut end = memchr::memchr(b'\n', rest).map_or(cursor.text.len(), |i| cursor.pos + i);
        let line = &cursor.text.as_bytes()[cursor.pos..end];
        if !line.is_ascii() || memchr::memchr2(b'\r', 0, line).is_some() {
            end = cursor.line_end(cursor.pos);
        }
        end
    }

    /// Goes over blank lines and indentation; finds out the indentation where it is not known yet.
    fn breaks(&mut self, cursor: &mut Cursor<'_>, parent: i32) -> Result<(), Fail> {
        let mut deepest = 0;
        loop {
            while (self.indent == 0 || cursor.column() < self.indent) && cursor.here() == b' ' {
                cursor.pos += 1;
            }
            deepest = deepest.max(cursor.column());
            if cursor.here() == b'\t' && (self.indent == 0 || cursor.column() < self.indent) {
                return fail("a tab cannot indent a block scalar: use spaces", cursor.pos, cursor.pos + 1).because(
                    self.start,
                    self.start + 1,
                    "the block scalar begins here",
                );
            }
            match cursor.break_len(cursor.pos) {
                0 => break,
                len => self.blank.push(cursor.take_break(len)),
            }
        }
        if self.indent == 0 {
            self.indent = deepest.max(parent + 1).max(1);
        }
        Ok(())
    }
}
