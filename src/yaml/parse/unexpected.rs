//! Words for what stands where it cannot.
//!
//! In: the parser's state and the place. Out: an error that says what was expected and where the collection began.

use super::Parser;
use super::error::{Because, Fail, fail};
use super::state::{KeyStart, State};
use crate::yaml::tree::Style;

impl Parser<'_> {
    /// Something that begins a node stands where none can.
    #[cold]
    pub(super) fn unexpected<T>(&self, start: usize, end: usize) -> Result<T, Fail> {
        use State::*;
        let line = self.cursor.text[..start].rfind('\n').map_or(0, |i| i + 1);
        let first = self.cursor.text.as_bytes()[line..start].iter().all(|&b| b == b' ');
        let deeper = first && (start - line) as i32 > self.indent;
        if self.in_block_again(start) {
            return self.unclosed_bracket();
        }
        let message = match self.top.state {
            Key if deeper => "this is indented more than the other keys of this map",
            Key if self.cursor.at(start) == b'-' => "this list item is between the keys of a map",
            Key => "expected a key of this map, or the end of the value before",
            Colon => "expected `:` after the key that `?` began",
            Dash | BareDash if deeper => "this is indented more than the other items of this list",
            Dash | BareDash | Item => "expected `- ` and the next item of this list",
            ListComma => "expected `,` or `]` before this",
            PairColon | PairValue | PairKey => "expected `,` or `]` before this",
            DictComma | DictBare | DictColon => "expected `,` or `}` before this",
            _ => "this is not allowed here",
        };
        let result = fail(message, start, end.max(start + 1));
        if self.flow > 0 { self.in_brackets(result) } else { self.in_block(result) }
    }

    /// A line at the column of a map's keys is no key.
    #[cold]
    pub(super) fn no_colon<T>(&self, key: &KeyStart) -> Result<T, Fail> {
        let end = self.cursor.line_end(key.at);
        let text = &self.cursor.text[key.at..end];
        let message = match () {
            () if matches!(self.top.state, State::Dash | State::Item) => "expected `- ` and the next item of this list",
            () if is_conflict_marker(text) => "this is a Git conflict marker",
            () if text.contains(':') && !text.starts_with(['"', '\'']) => {
                "expected a key and `: ` here: the colon needs a space after it"
            }
            () => "expected a key and `: ` here",
        };
        self.in_block(fail(message, key.at, key.at + text.trim_end().len()))
    }

    /// A `:` without a key.
    #[cold]
    pub(super) fn stray_colon<T>(&self, at: usize) -> Result<T, Fail> {
        let message = if self.key_allowed || self.flow > 0 {
            "there is no key before this `:` on its line"
        } else {
            "there cannot be a second `: ` on this line: quote the text, or begin a map on a line of its own"
        };
        if self.in_block_again(at) {
            return self.unclosed_bracket();
        }
        if let Some(begun) = self.text_from_above() {
            let line = self.cursor.line;
            let start = line + self.cursor.text[line..at].len() - self.cursor.text[line..at].trim_start().len();
            let message = "this line continues the text above it, which cannot contain `: `: is it indented too far?";
            return fail(message, start, at + 1).because(begun, self.cursor.line_end(begun), "the text begins here");
        }
        let result = fail(message, at, at + 1);
        if self.flow > 0 { self.in_brackets(result) } else { self.in_block(result) }
    }

    /// Where the plain text began that goes on in the line of the cursor.
    fn text_from_above(&self) -> Option<usize> {
        let last = self.out.tree.nodes.last().filter(|node| node.style == Style::Plain && !node.aliased)?;
        let (start, end) = (last.start as usize, last.end as usize);
        (start < self.cursor.line && self.cursor.line < end).then_some(start)
    }

    /// Whether the line of an offset inside brackets is indented as the block around them: a bracket was forgotten.
    fn in_block_again(&self, at: usize) -> bool {
        let line = self.cursor.text.get(self.cursor.line..).unwrap_or("");
        let column = line.len() - line.trim_start_matches(' ').len();
        self.flow > 0
            && self.cursor.line <= at
            && self.cursor.line > self.bracket_start()
            && column as i32 <= self.indent
    }

    /// A character that begins nothing.
    #[cold]
    pub(super) fn cannot_start<T>(&self, byte: u8) -> Result<T, Fail> {
        let at = self.cursor.pos;
        let result = match byte {
            b'\t' => fail("a tab cannot indent: use spaces", at, at + 1),
            b'%' if self.cursor.at(at + 1) == b'}' || (at > 0 && self.cursor.at(at - 1) == b'{') => {
                fail("`{%` begins a template statement, which is not YAML", at, at + 1)
            }
            b'@' | b'`' | b'%' | b'|' | b'>' => {
                fail(format!("a plain string cannot begin with `{}`: quote it", byte as char), at, at + 1)
            }
            _ => fail("this character cannot begin anything here: quote the text", at, at + 1),
        };
        if self.flow > 0 { self.in_brackets(result) } else { self.in_block(result) }
    }
}

/// Whether a line is what git leaves in a file that it could not merge.
pub(super) fn is_conflict_marker(line: &str) -> bool {
    line.starts_with("<<<<<<<") || line.starts_with("=======") || line.starts_with(">>>>>>>")
}
