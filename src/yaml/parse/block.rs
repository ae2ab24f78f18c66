//! Blocks: maps and lists by indentation.
//!
//! In: `-`, `?` and `:` as indicators, and columns. Out: collections opened and closed. A block ends where something
//! stands further left than it.

use super::Parser;
use super::error::{Because, Fail, fail};
use super::state::{Frame, State};
use crate::yaml::tree::Style;

impl Parser<'_> {
    /// `-` before a blank.
    pub(super) fn dash(&mut self) -> Result<(), Fail> {
        let (at, column) = (self.cursor.pos, self.cursor.column());
        if self.flow > 0 {
            return self.in_brackets(fail("`- ` begins a list item, which is not allowed inside brackets", at, at + 1));
        }
        if !self.key_allowed {
            let message = "a list item cannot begin here: `- ` must be the first thing on its line";
            return self.in_block(fail(message, at, at + 1));
        }
        if column > self.indent {
            self.open_block(column, at, at + 1, State::Item)?;
        } else {
            self.settle_for_item(at)?;
        }
        self.step_over(at, true);
        Ok(())
    }

    /// `?`: the key that follows has no `:` on its line.
    pub(super) fn question(&mut self) -> Result<(), Fail> {
        let (at, column) = (self.cursor.pos, self.cursor.column());
        if self.flow > 0 {
            match self.top.state {
                State::ListFirst | State::ListNext if self.props.is_empty() => self.open_pair(at)?,
                State::DictFirst | State::DictNext if self.props.is_empty() => self.top.state = State::DictKey,
                _ => {
                    let message = "`?` is not allowed inside brackets: quote the text it belongs to";
                    return self.in_brackets(fail(message, at, at + 1));
                }
            }
            self.step_over(at, false);
            return Ok(());
        }
        if !self.key_allowed {
            return self.in_block(fail("`? ` begins a key, which cannot begin here", at, at + 1));
        }
        if column > self.indent {
            self.open_map(column, at, at + 1)?;
        } else {
            self.settle_for_key(at, at + 1)?;
        }
        self.top.state = State::KeyNode;
        self.step_over(at, true);
        Ok(())
    }

    /// `:` that no key stands before on its line.
    pub(super) fn colon(&mut self) -> Result<(), Fail> {
        let at = self.cursor.pos;
        if self.flow > 0 {
            if self.top.state == State::DictKey {
                self.empty()?;
            }
            self.top.state = match self.top.state {
                State::PairColon => State::PairValue,
                State::DictColon => State::DictValue,
                _ => return self.stray_colon(at),
            };
            self.step_over(at, false);
            return Ok(());
        }
        if !self.key_allowed || self.cursor.column() > self.indent {
            return self.stray_colon(at);
        }
        loop {
            match self.top.state {
                State::Colon => break,
                State::KeyNode | State::BareItem => self.empty()?,
                State::BareDash => self.close_list()?,
                _ => return self.stray_colon(at),
            }
        }
        self.top.state = State::Value;
        self.step_over(at, true);
        Ok(())
    }

    fn step_over(&mut self, at: usize, key_allowed: bool) {
        self.cursor.pos = at + 1;
        self.after = at + 1;
        self.key_allowed = key_allowed;
    }

    /// Makes the list at this column, or the map it is a value in, wait for an item.
    fn settle_for_item(&mut self, at: usize) -> Result<(), Fail> {
        match self.top.state {
            State::Item | State::BareItem => self.empty()?,
            State::Dash | State::BareDash => {}
            State::Value => {
                let indent = self.indent;
                self.push_frame(State::BareItem, indent, at, Style::Block)?;
            }
            _ => return self.unexpected(at, at + 1),
        }
        self.top.state = match self.top.state {
            State::Dash => State::Item,
            _ => State::BareItem,
        };
        Ok(())
    }

    /// Makes the map at this column wait for a key.
    pub(super) fn settle_for_key(&mut self, start: usize, end: usize) -> Result<(), Fail> {
        loop {
            match self.top.state {
                State::Key => return Ok(()),
                State::Value | State::KeyNode | State::BareItem => self.empty()?,
                State::Colon => self.top.state = State::Value,
                State::BareDash => self.close_list()?,
                _ => return self.unexpected(start, end),
            }
        }
    }

    /// Opens a block map at a column; its first key lies at `start..end`.
    pub(super) fn open_map(&mut self, column: i32, start: usize, end: usize) -> Result<(), Fail> {
        self.open_block(column, start, end, State::Key)
    }

    fn open_block(&mut self, column: i32, start: usize, end: usize, state: State) -> Result<(), Fail> {
        if !self.top.state.wants_node() {
            return self.unexpected(start, end);
        }
        self.check_key(start, end, if state == State::Key { "a map" } else { "a list" })?;
        self.blocks += 1;
        if self.blocks > self.limits.depth {
            return self.too_deep(start, end);
        }
        self.push_frame(state, column, start, Style::Block)?;
        self.indent = column;
        Ok(())
    }

    pub(super) fn too_deep(&self, start: usize, end: usize) -> Result<(), Fail> {
        fail(format!("exceeded the nesting depth of {}", self.limits.depth), start, end)
    }

    /// Refuses a collection where a key is waited for.
    pub(super) fn check_key(&self, start: usize, end: usize, what: &str) -> Result<(), Fail> {
        if self.top.state.wants_key() {
            return fail(format!("{what} cannot be a key: JSON keys are strings"), start, end);
        }
        Ok(())
    }

    /// Opens a collection; anchor and tag that waited are its own.
    pub(super) fn push_frame(&mut self, state: State, indent: i32, start: usize, style: Style) -> Result<(), Fail> {
        let node = self.out.open(start, self.top.node.0, style);
        self.count(start)?;
        let anchor = match std::mem::take(&mut self.props).anchor() {
            None => 0,
            Some(name) => self.define(name, node, true),
        };
        let first = self.pending.len() as u32;
        let frame = Frame { state, node, first, indent, start: start as u32, anchor };
        self.frames.push(std::mem::replace(&mut self.top, frame));
        Ok(())
    }

    /// Closes blocks until none lies right of a column.
    pub(super) fn unroll(&mut self, column: i32) -> Result<(), Fail> {
        while self.indent > column {
            self.close_block()?;
        }
        Ok(())
    }

    /// Closes the innermost block that has a column of its own.
    fn close_block(&mut self) -> Result<(), Fail> {
        loop {
            match self.top.state {
                State::Value | State::KeyNode | State::Item | State::BareItem => self.empty()?,
                State::Colon => self.top.state = State::Value,
                State::BareDash => self.close_list()?,
                State::Dash => {
                    self.blocks -= 1;
                    return self.close_list();
                }
                State::Key => {
                    self.blocks -= 1;
                    return self.close_map();
                }
                _ => {
                    self.indent = -1;
                    return Ok(());
                }
            }
        }
    }

    /// Closes the innermost collection, a list.
    pub(super) fn close_list(&mut self) -> Result<(), Fail> {
        let frame = self.top;
        self.out.close_sequence(frame.node, &self.pending[frame.first as usize..], self.after as u32);
        self.pop(frame)
    }

    /// Closes the innermost collection, a map.
    pub(super) fn close_map(&mut self) -> Result<(), Fail> {
        let frame = self.top;
        self.out.close_mapping(frame.node, &self.pending[frame.first as usize..], self.after as u32)?;
        self.pop(frame)
    }

    fn pop(&mut self, frame: Frame) -> Result<(), Fail> {
        self.pending.truncate(frame.first as usize);
        self.anchors.close(frame.anchor);
        if let Some(around) = self.frames.pop() {
            self.top = around;
        }
        self.indent = self.top.indent;
        self.place(frame.node)
    }

    /// Adds where the innermost brackets began.
    pub(super) fn in_brackets<T>(&self, result: Result<T, Fail>) -> Result<T, Fail> {
        let start = self.top.start as usize;
        result.because(start, start + 1, "inside the brackets that open here")
    }

    /// Adds where the innermost block began.
    pub(super) fn in_block<T>(&self, result: Result<T, Fail>) -> Result<T, Fail> {
        let start = self.top.start as usize;
        let what = match self.top.state {
            State::Dash | State::Item | State::BareDash | State::BareItem => "in the list that began here",
            State::Key | State::KeyNode | State::Colon | State::Value => "in the map that began here",
            _ => return result,
        };
        result.because(start, self.cursor.name_end(start).max(start + 1), what)
    }
}
