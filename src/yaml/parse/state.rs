//! Where the parser is.
//!
//! The states say what the innermost open collection waits for. They follow go-yaml's grammar with one difference: whether
//! a scalar is a key is known before its node is made, by a look for `:` behind it on its line.

use super::props::{RawTag, Tag};
use crate::yaml::tree::NodeId;

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// The document's root.
    Root,
    /// Nothing: the root is complete.
    Done,
    /// Block map: a key.
    Key,
    /// Block map, after `?`: the key's node.
    KeyNode,
    /// Block map, after the node of a `?`: `:`.
    Colon,
    /// Block map, after `:`: the value.
    Value,
    /// Block list: `-`.
    Dash,
    /// Block list, after `-`: the item.
    Item,
    /// A list at the column of the map it is a value in: `-`.
    BareDash,
    /// The same, after `-`: the item.
    BareItem,
    /// `[`: an item or `]`.
    ListFirst,
    /// The same after a comma.
    ListNext,
    /// `[ item`: `,` or `]`.
    ListComma,
    /// A pair in brackets, after `?`: the key.
    PairKey,
    /// A pair in brackets, after its key: `:`, or its end.
    PairColon,
    /// A pair in brackets, after `:`: the value, or its end.
    PairValue,
    /// `{`: a key or `}`.
    DictFirst,
    /// The same after a comma.
    DictNext,
    /// `{ key` without `:`: `,` or `}`.
    DictBare,
    /// `{ ?`: the key's node.
    DictKey,
    /// `{ ? key`: `:`, `,` or `}`.
    DictColon,
    /// `{ key:`: the value, `,` or `}`.
    DictValue,
    /// `{ key: value`: `,` or `}`.
    DictComma,
}

impl State {
    /// Whether a node may come.
    #[inline]
    pub(crate) fn wants_node(self) -> bool {
        use State::*;
        matches!(
            self,
            Root | KeyNode
                | Value
                | Item
                | BareItem
                | ListFirst
                | ListNext
                | PairKey
                | PairValue
                | DictFirst
                | DictNext
                | DictKey
                | DictValue
        )
    }

    /// Whether the node that may come is a key.
    pub(crate) fn wants_key(self) -> bool {
        use State::*;
        matches!(self, KeyNode | PairKey | DictFirst | DictNext | DictKey)
    }
}

/// An open collection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub state: State,
    pub node: NodeId,
    /// Where its children begin among the parser's pending nodes.
    pub first: u32,
    /// The indentation of blocks inside; that of the block around for brackets.
    pub indent: i32,
    /// Where it begins.
    pub start: u32,
    /// 1 + the index of its anchor, or 0.
    pub anchor: u32,
}

/// An anchor and a tag before a node. Almost always there is neither: what is passed around then is a null pointer.
#[derive(Debug, Default)]
pub(crate) struct Props(Option<Box<Held>>);

#[derive(Debug)]
struct Held {
    /// Offsets of the anchor's name.
    anchor: Option<(usize, usize)>,
    tag: Option<(Tag, usize, usize)>,
    /// Where the first of them begins.
    start: usize,
}

impl Props {
    #[inline(always)]
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Offsets of the anchor's name.
    #[inline(always)]
    pub(crate) fn anchor(&self) -> Option<(usize, usize)> {
        self.0.as_ref()?.anchor
    }

    /// The tag's meaning and where it stands.
    #[inline(always)]
    pub(crate) fn tag(&self) -> Option<(Tag, usize, usize)> {
        self.0.as_ref()?.tag
    }

    /// Where the first of them begins.
    pub(crate) fn start(&self) -> usize {
        self.0.as_ref().map_or(0, |held| held.start)
    }

    /// Adds an anchor; gives whether there was none.
    pub(crate) fn set_anchor(&mut self, name: (usize, usize)) -> bool {
        let held = self.held(name.0 - 1);
        let first = held.anchor.is_none();
        held.anchor.get_or_insert(name);
        first
    }

    /// Adds a tag; gives whether there was none.
    pub(crate) fn set_tag(&mut self, tag: Tag, raw: &RawTag) -> bool {
        let held = self.held(raw.start);
        let first = held.tag.is_none();
        held.tag.get_or_insert((tag, raw.start, raw.end));
        first
    }

    fn held(&mut self, start: usize) -> &mut Held {
        self.0.get_or_insert_with(|| Box::new(Held { anchor: None, tag: None, start }))
    }

    /// Whether the two cannot stand before one node.
    pub(crate) fn clashes(&self, below: &Props) -> bool {
        (self.anchor().is_some() && below.anchor().is_some()) || (self.tag().is_some() && below.tag().is_some())
    }

    /// Takes over those of a line below; gives whether no kind stood in both.
    pub(crate) fn join(&mut self, below: Props) -> bool {
        let twice = self.clashes(&below);
        match (&mut self.0, below.0) {
            (Some(held), Some(below)) => {
                held.anchor = held.anchor.or(below.anchor);
                held.tag = held.tag.or(below.tag);
            }
            (None, below) => self.0 = below,
            (Some(_), None) => {}
        }
        !twice
    }
}

/// Where a key may have begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyStart {
    pub at: usize,
    /// Where its line begins.
    pub line: usize,
    /// A key may begin here at all.
    pub possible: bool,
    /// Nothing but a key may begin here: it stands at the column of the block around it.
    pub required: bool,
    /// go-yaml does not look for its `:` any more, but takes it where it meets it.
    pub forgotten: bool,
}
