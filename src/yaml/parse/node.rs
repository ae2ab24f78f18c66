//! Nodes: scalars, aliases, and what stands before them.
//!
//! In: a cursor on a character that may begin a node. Out: the node in its place, as a key where `:` follows on the same
//! line, or as a value.

use super::anchors::{self, Target};
use super::chars::{CLASS, MEANS, is_blank};
use super::error::{Because, Fail, fail};
use super::props::{self, Tag};
use super::state::{KeyStart, Props, State};
use super::{Escapes, Parser, literal, plain, quoted};
use crate::go::base64;
use crate::yaml::arena::Text;
use crate::yaml::build::ROOT;
use crate::yaml::resolve::{self, Resolved};
use crate::yaml::tree::{NodeId, Style};

/// go-yaml looks for a key's `:` no further than this many characters behind the key's beginning.
const KEY_REACH: usize = 1024;

/// A scalar or alias that has been scanned.
#[derive(Clone, Copy)]
pub(super) struct Atom {
    pub start: usize,
    pub end: usize,
    pub text: Text,
    /// `None` for an alias.
    pub style: Option<Style>,
}

impl Atom {
    /// A plain scalar without text.
    fn empty(at: usize) -> Self {
        Self { start: at, end: at, text: Text::in_source(at, at), style: Some(Style::Plain) }
    }
}

impl<'t> Parser<'t> {
    /// Takes the node that begins at the cursor.
    pub(super) fn node(&mut self, byte: u8) -> Result<(), Fail> {
        let key = self.key_start();
        if byte == b'&' || byte == b'!' {
            return self.node_with_props(key);
        }
        self.bare_node(byte, key, Props::default())
    }

    fn key_start(&self) -> KeyStart {
        KeyStart {
            at: self.cursor.pos,
            line: self.cursor.line,
            possible: self.key_allowed,
            required: self.key_allowed && self.flow == 0 && self.cursor.column() == self.indent,
            forgotten: false,
        }
    }

    /// Anchors and tags on one line, and the node behind them if there is one on that line.
    fn node_with_props(&mut self, key: KeyStart) -> Result<(), Fail> {
        let (mut inner, mut end) = (Props::default(), key.at);
        loop {
            let at = self.cursor.pos;
            let single = match self.cursor.here() {
                b'&' => inner.set_anchor(props::name(&mut self.cursor)?),
                b'!' => {
                    let raw = props::tag(&mut self.cursor)?;
                    inner.set_tag(self.handles.resolve(&raw)?, &raw)
                }
                _ => break,
            };
            if !single {
                return self.too_many_props(key, inner, at);
            }
            self.key_allowed = false;
            end = self.cursor.pos;
            self.cursor.skip_blanks();
        }
        if let Some(colon) = self.colon_behind(&key) {
            return self.key_found(key, inner, Atom::empty(end), colon);
        }
        let byte = self.cursor.here();
        let flow_end = matches!(byte, b',' | b']' | b'}');
        let blank = self.cursor.is_blankz(self.cursor.pos + 1);
        let dashes = matches!(byte, b'-' | b'?' | b':') && (blank || (self.flow > 0 && byte != b'-'));
        if flow_end || dashes || byte == b'#' || self.cursor.is_breakz(self.cursor.pos) {
            return self.hold(&key, inner, end);
        }
        self.bare_node(byte, key, inner)
    }

    /// Keeps anchor and tag for a node further on.
    fn hold(&mut self, key: &KeyStart, inner: Props, end: usize) -> Result<(), Fail> {
        let start = inner.start();
        if key.required {
            return self.no_colon(key);
        }
        if !self.top.state.wants_node() {
            return self.unexpected(start, end);
        }
        if self.top.state == State::Root && self.props.clashes(&inner) {
            return self.root_ends(None, key.at, key.line, key.possible);
        }
        if !self.props.join(inner) {
            return fail("a node takes one anchor and one tag", start, end);
        }
        self.after = end;
        if self.top.state == State::Root {
            self.root_key = Some(*key);
        }
        Ok(())
    }

    /// A second anchor or tag on a line. At the top it begins what is ignored behind an empty root.
    fn too_many_props(&mut self, key: KeyStart, inner: Props, second: usize) -> Result<(), Fail> {
        if self.top.state != State::Root || !self.props.is_empty() {
            return fail("a node takes one anchor and one tag", second, self.cursor.pos);
        }
        self.props = inner;
        self.root_ends(Some(key), second, key.line, false)
    }

    /// The root is what waits for a node; what stands at an offset does not belong to it.
    fn root_ends(&mut self, key: Option<KeyStart>, at: usize, line: usize, key_allowed: bool) -> Result<(), Fail> {
        (self.cursor.pos, self.cursor.line) = (at, line);
        self.root_key = key;
        self.key_allowed = key_allowed;
        self.empty()
    }

    /// The node that begins at the cursor, without what stands before it.
    #[inline]
    fn bare_node(&mut self, byte: u8, key: KeyStart, inner: Props) -> Result<(), Fail> {
        let flow = self.flow > 0;
        let start = self.cursor.pos;
        self.key_allowed = false;
        let (end, text, style) = match byte {
            b'"' | b'\'' => {
                let text = quoted::scan(&mut self.cursor, self.escapes, &mut self.out.tree.side)?;
                let style = if byte == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
                (self.cursor.pos, text, Some(style))
            }
            b'[' | b'{' => return self.open_bracket(byte, key, inner),
            b'|' | b'>' if !flow => return self.block_scalar(byte, key, inner),
            b'*' => {
                let (from, end) = props::name(&mut self.cursor)?;
                (end, Text::in_source(from, end), None)
            }
            _ if self.cursor.starts_plain(flow) => {
                let indent = self.indent + 1;
                let plain = plain::scan(&mut self.cursor, indent, flow, &mut self.out.tree.side)?;
                self.key_allowed = plain.crossed;
                (plain.end, plain.text, Some(Style::Plain))
            }
            _ => return self.cannot_start(byte),
        };
        let atom = Atom { start, end, text, style };
        match self.colon_behind(&key) {
            Some(colon) => self.key_found(key, inner, atom, colon),
            None if key.required => self.no_colon(&key),
            None => self.value(key, inner, atom),
        }
    }

    /// Where the `:` stands that makes a key of what lies between `key` and the cursor.
    #[inline]
    fn colon_behind(&self, key: &KeyStart) -> Option<usize> {
        if !key.possible || self.cursor.line != key.line {
            return None;
        }
        let mut at = self.cursor.pos;
        while is_blank(self.cursor.at(at)) {
            at += 1;
        }
        let found = self.cursor.is_colon(at, self.flow > 0)
            && (self.cursor.within(key.at, at, KEY_REACH) || self.escapes == Escapes::Json);
        found.then_some(at)
    }

    /// Takes an atom as a key.
    fn key_found(&mut self, key: KeyStart, inner: Props, atom: Atom, colon: usize) -> Result<(), Fail> {
        if self.flow > 0 {
            match self.top.state {
                State::ListFirst | State::ListNext => self.open_pair(key.at)?,
                State::DictFirst | State::DictNext => {}
                _ => return self.unexpected(key.at, atom.end),
            }
        } else if key.required {
            self.settle_for_key(key.at, atom.end)?;
        } else {
            self.open_map((key.at - key.line) as i32, key.at, atom.end)?;
        }
        let node = self.make(atom, inner)?;
        if self.out.tree.nodes[node.0 as usize].merge {
            self.anchors.uncount();
        }
        self.pending.push(node);
        self.top.state = match self.top.state {
            State::PairKey => State::PairValue,
            State::Key => State::Value,
            _ => State::DictValue,
        };
        self.cursor.pos = colon + 1;
        self.after = colon + 1;
        self.key_allowed = false;
        Ok(())
    }

    /// Takes an atom as a value (or as a key that `?` announced).
    #[inline(always)]
    fn value(&mut self, key: KeyStart, inner: Props, atom: Atom) -> Result<(), Fail> {
        if !self.top.state.wants_node() {
            return self.unexpected(atom.start, atom.end);
        }
        if self.top.state == State::Root {
            if self.props.clashes(&inner) {
                return self.root_ends(None, key.at, key.line, key.possible);
            }
            if atom.style.is_none() && !(inner.is_empty() && self.props.is_empty()) {
                let on_line = (!inner.is_empty()).then_some(key);
                self.props = self.take_props(inner)?;
                return self.root_ends(on_line, atom.start, key.line, on_line.is_none() && key.possible);
            }
            self.root_key = Some(key);
        }
        let props = self.take_props(inner)?;
        if atom.style.is_none() && !props.is_empty() {
            return fail("an alias takes neither anchor nor tag", props.start(), atom.end);
        }
        self.after = atom.end;
        let node = self.make(atom, props)?;
        self.place(node)
    }

    /// What stands before the node, from this line and those above.
    #[inline(always)]
    pub(super) fn take_props(&mut self, inner: Props) -> Result<Props, Fail> {
        if self.props.is_empty() {
            return Ok(inner);
        }
        let mut props = std::mem::take(&mut self.props);
        let start = inner.start();
        if !props.join(inner) {
            return fail("a node takes one anchor and one tag", start, start + 1).because(
                props.start(),
                props.start() + 1,
                "there is one here already",
            );
        }
        Ok(props)
    }

    /// Places an empty node: what stands before it, or null.
    pub(super) fn empty(&mut self) -> Result<(), Fail> {
        let props = std::mem::take(&mut self.props);
        let node = self.make(Atom::empty(self.after), props)?;
        self.place(node)
    }

    /// Makes the node of an atom.
    #[inline(always)]
    fn make(&mut self, atom: Atom, props: Props) -> Result<NodeId, Fail> {
        let Some(style) = atom.style else { return self.alias(atom) };
        let text = atom.text;
        let (value, text) = match props.tag() {
            None if style != Style::Plain || self.is_text(&atom) => (Resolved::String, text),
            None => (resolve::resolve_plain(self.out.tree.str(text)), text),
            Some((tag, start, end)) => self.tagged(tag, text, atom, (start, end))?,
        };
        let span = self.out.span(atom.start, atom.end);
        let node = self.out.scalar(span, self.top.node.0, value, text, style);
        self.count(atom.start)?;
        if let Some(name) = props.anchor() {
            self.define(name, node, false);
        }
        Ok(node)
    }

    /// Whether a plain scalar is a string for certain, by its first character.
    #[inline(always)]
    fn is_text(&self, atom: &Atom) -> bool {
        atom.end > atom.start && CLASS[self.cursor.at(atom.start) as usize] & MEANS == 0
    }

    /// The value of a scalar with a tag.
    fn tagged(&mut self, tag: Tag, text: Text, atom: Atom, at: (usize, usize)) -> Result<(Resolved, Text), Fail> {
        let value = self.out.tree.str(text);
        if tag == Tag::Binary {
            let Some(bytes) = base64::decode(value) else {
                return fail("this is not the base64 that !!binary promises", atom.start, atom.end);
            };
            let from = self.out.tree.side.len();
            self.out.tree.side.push_str(&String::from_utf8_lossy(&bytes));
            return Ok((Resolved::String, Text::in_side(from, self.out.tree.side.len())));
        }
        match resolve::resolve_tagged(tag, value) {
            Some(resolved) => Ok((resolved, text)),
            None => {
                let name = &self.cursor.text[at.0..at.1.min(self.cursor.text.len())];
                let shown: String = value.chars().take(40).collect();
                fail(format!("`{shown}` cannot be read as `{name}`"), atom.start, atom.end)
                    .because(at.0, at.1, "the tag")
            }
        }
    }

    /// Counts a node against the bound on aliases.
    #[inline(always)]
    pub(super) fn count(&mut self, at: usize) -> Result<(), Fail> {
        if self.anchors.count() { Ok(()) } else { fail("this document contains excessive aliasing", at, at + 1) }
    }

    /// Makes an anchor known.
    pub(super) fn define(&mut self, name: (usize, usize), node: NodeId, open: bool) -> u32 {
        let span = self.out.span(name.0, name.1);
        self.out.tree.anchors.push((node, span));
        self.anchors.define(&self.cursor.text[name.0..name.1], node, open)
    }

    /// The copy that an alias stands for.
    fn alias(&mut self, atom: Atom) -> Result<NodeId, Fail> {
        let name = &self.cursor.text[atom.start + 1..atom.end];
        let (node, index) = match self.anchors.find(name) {
            Target::Node(node, index) => (node, index),
            Target::Around => {
                return fail(format!("the anchor `{name}` contains itself"), atom.start, atom.end);
            }
            Target::Unknown => {
                return fail(format!("there is no anchor `{name}` before this alias"), atom.start, atom.end);
            }
        };
        if !self.anchors.count_copy(index) {
            return fail("this document contains excessive aliasing", atom.start, atom.end);
        }
        let (depth, limit) = (self.frames.len(), 3 * self.limits.depth);
        let (copy, text) = self.out.copy(node, self.top.node.0, depth, limit, (atom.start, atom.end))?;
        let most = anchors::most_text(self.cursor.text.len() - self.start);
        if self.anchors.count_text(text) > most {
            let message = format!("aliases add more than {most} bytes of text to this document");
            return fail(message, atom.start, atom.end);
        }
        Ok(copy)
    }

    /// Takes a block scalar.
    fn block_scalar(&mut self, byte: u8, key: KeyStart, inner: Props) -> Result<(), Fail> {
        let start = self.cursor.pos;
        if key.required && key.at != start {
            return self.no_colon(&key);
        }
        if !self.top.state.wants_node() {
            return self.unexpected(start, start + 1);
        }
        let props = self.take_props(inner)?;
        let literal = literal::scan(&mut self.cursor, self.indent, &mut self.out.tree.side)?;
        if let Some((from, to)) = literal.comment {
            self.out.comment(from, to, false);
        }
        self.key_allowed = true;
        self.after = literal.end;
        let style = if byte == b'|' { Style::Literal } else { Style::Folded };
        let text = Text::in_side(literal.from, self.out.tree.side.len());
        let node = self.make(Atom { start, end: literal.end, text, style: Some(style) }, props)?;
        self.place(node)
    }

    /// Puts a complete node where one was waited for.
    #[inline(always)]
    pub(super) fn place(&mut self, node: NodeId) -> Result<(), Fail> {
        use State::*;
        self.top.state = match self.top.state {
            Value => Key,
            Item => Dash,
            BareItem => BareDash,
            ListFirst | ListNext => ListComma,
            DictValue => DictComma,
            KeyNode => Colon,
            DictFirst | DictNext => DictBare,
            DictKey => DictColon,
            PairKey => PairColon,
            PairValue => {
                self.pending.push(node);
                return self.close_pair();
            }
            Root | Done | Key | Colon | Dash | BareDash | ListComma | PairColon | DictBare | DictColon | DictComma => {
                debug_assert_eq!(self.top.node.0, ROOT);
                self.root = Some(node);
                self.top.state = Done;
                return Ok(());
            }
        };
        self.pending.push(node);
        Ok(())
    }
}
