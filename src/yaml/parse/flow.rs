//! Collections in brackets.
//!
//! In: brackets and commas. Out: lists and maps opened and closed, pairs in lists made maps, what is left out made null.

use super::Parser;
use super::error::{Because, Fail, fail};
use super::state::{KeyStart, Props, State};
use crate::yaml::tree::Style;

impl Parser<'_> {
    /// `[` or `{`.
    pub(super) fn open_bracket(&mut self, byte: u8, key: KeyStart, inner: Props) -> Result<(), Fail> {
        let at = self.cursor.pos;
        let (state, what) = if byte == b'[' { (State::ListFirst, "a list") } else { (State::DictFirst, "a map") };
        if byte == b'{' && self.cursor.at(at + 1) == b'{' {
            return fail("`{{` begins a template placeholder, or a map as a key, which JSON does not have", at, at + 2);
        }
        if key.required || !self.top.state.wants_node() {
            return self.unexpected(at, at + 1);
        }
        self.check_key(at, at + 1, what)?;
        self.flow += 1;
        if self.flow > self.limits.depth {
            return self.too_deep(at, at + 1);
        }
        if self.top.state == State::Root {
            self.root_key = Some(key);
        }
        self.props = self.take_props(inner)?;
        let indent = self.indent;
        self.push_frame(state, indent, at, Style::Flow)?;
        self.cursor.pos = at + 1;
        self.after = at + 1;
        self.key_allowed = true;
        Ok(())
    }

    /// Opens the map that a pair in a list is.
    pub(super) fn open_pair(&mut self, start: usize) -> Result<(), Fail> {
        let indent = self.indent;
        self.push_frame(State::PairKey, indent, start, Style::Flow)
    }

    /// Closes a pair behind its value.
    pub(super) fn close_pair(&mut self) -> Result<(), Fail> {
        self.close_map()
    }

    /// `,`, `]` or `}`.
    pub(super) fn bracket(&mut self, byte: u8) -> Result<(), Fail> {
        let at = self.cursor.pos;
        if self.flow == 0 && self.top.state == State::Root && !self.props.is_empty() {
            return self.empty();
        }
        if self.flow == 0 {
            let message = match byte {
                b',' => "a plain string cannot begin with `,`: quote it".to_owned(),
                _ => format!("`{}` closes nothing; a string that begins with it must be quoted", byte as char),
            };
            return self.in_block(fail(message, at, at + 1));
        }
        self.finish_entry()?;
        match (byte, self.top.state) {
            (b',', State::ListComma) => self.top.state = State::ListNext,
            (b',', State::DictComma) => self.top.state = State::DictNext,
            (b']', State::ListFirst | State::ListNext | State::ListComma) => return self.close_bracket(at, false),
            (b'}', State::DictFirst | State::DictNext | State::DictComma) => return self.close_bracket(at, true),
            (b',', _) => return self.in_brackets(fail("there is nothing before this comma", at, at + 1)),
            _ => {
                let (open, close) = if self.in_dict() { ('{', '}') } else { ('[', ']') };
                let message = format!("`{}` closes no `{open}`: expected `,` or `{close}`", byte as char);
                return self.in_brackets(fail(message, at, at + 1));
            }
        }
        self.cursor.pos = at + 1;
        self.after = at + 1;
        self.key_allowed = true;
        Ok(())
    }

    pub(super) fn in_dict(&self) -> bool {
        use State::*;
        matches!(self.top.state, DictFirst | DictNext | DictBare | DictKey | DictColon | DictValue | DictComma)
    }

    fn close_bracket(&mut self, at: usize, map: bool) -> Result<(), Fail> {
        if self.frames.len() == 1 && matches!(self.top.state, State::ListFirst | State::DictFirst) {
            // go-yaml forgets that brackets without anything in them may be a key.
            let start = self.top.start as usize;
            self.root_key = self.root_key.map(|key| KeyStart { forgotten: key.at == start, ..key });
        }
        self.cursor.pos = at + 1;
        self.after = at + 1;
        self.key_allowed = false;
        self.flow -= 1;
        if map { self.close_map() } else { self.close_list() }
    }

    /// Fills in what an entry leaves out.
    fn finish_entry(&mut self) -> Result<(), Fail> {
        loop {
            match self.top.state {
                State::ListFirst | State::ListNext | State::DictFirst | State::DictNext if self.props.is_empty() => {
                    return Ok(());
                }
                State::PairKey if self.props.is_empty() => {
                    let at = self.cursor.pos;
                    return self.in_brackets(fail("`?` begins a key, but there is none", at, at + 1));
                }
                State::ListComma | State::DictComma => return Ok(()),
                State::PairColon => self.top.state = State::PairValue,
                State::DictBare | State::DictColon => self.top.state = State::DictValue,
                _ => self.empty()?,
            }
        }
    }

    /// The text ends, or a document indicator stands, inside brackets.
    pub(super) fn unclosed_bracket<T>(&self) -> Result<T, Fail> {
        let open = self.bracket_start();
        let byte = self.cursor.at(open) as char;
        let at = self.cursor.pos.min(self.cursor.text.len());
        fail(format!("the `{byte}` that opens here is never closed"), open, open + 1).because(
            at,
            at,
            "the document ends here",
        )
    }

    /// Where the innermost bracket stands (a pair begins with its key).
    pub(super) fn bracket_start(&self) -> usize {
        let mut frames = std::iter::once(&self.top).chain(self.frames.iter().rev());
        let bracket = frames.find(|frame| matches!(self.cursor.at(frame.start as usize), b'[' | b'{'));
        bracket.map_or(0, |frame| frame.start as usize)
    }
}
