//! The spanned tree of one document.
//!
//! In: nodes pushed by a reader through [`crate::yaml::build::TreeBuilder`]. Out: [`Tree`], an arena of nodes, and
//! [`Node`], a copyable view on one of them. Every node knows the bytes it came from, its style and its parent; a
//! mapping keeps every entry it was written with, also the ones that a later duplicate or a merge key overrules.

use std::sync::{Arc, OnceLock};

use crate::source::{SourceId, Span};

use super::arena::{Data, EntryData, NO_PARENT, NodeData, Tag, Text};
use super::built::Built;
use super::edit::facts::Facts;
use super::known::Known;
use super::names::{LARGE, Names};

/// Index of a node in its [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Its number in the tree.
    pub fn index(self) -> u32 {
        self.0
    }
}

/// How a node was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A plain scalar, or nothing at all where a value could be.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// A collection in brackets.
    Flow,
}

/// Why an entry counts or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// The entry is what a reader gets for its key.
    Effective,
    /// A later entry of the same key overrules it.
    Overruled,
}

/// A comment: its bytes from `#` to the end of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of the line, without the line break.
    pub span: Span,
    /// Nothing but white space stands before it on its line.
    pub own_line: bool,
}

/// One document's nodes.
#[derive(Debug, Clone)]
pub struct Tree {
    pub(crate) text: Arc<str>,
    pub(crate) source: SourceId,
    pub(crate) side: String,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) items: Vec<NodeId>,
    pub(crate) entries: Vec<EntryData>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) anchors: Vec<(NodeId, Span)>,
    pub(crate) root: NodeId,
    pub(crate) odd_breaks: OnceLock<bool>,
    pub(crate) names: OnceLock<Names>,
    pub(crate) facts: OnceLock<Box<Facts>>,
    pub(crate) known: Known,
    /// What was written down of the parts that are gone.
    pub(crate) note: Box<str>,
    /// Where the nodes were written, in a tree that was put together from several documents.
    pub(crate) built: Option<Box<Built>>,
}

impl Tree {
    /// The document's root.
    pub fn root(&self) -> Node<'_> {
        Node { tree: self, id: self.root }
    }

    /// The node with that id.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { tree: self, id }
    }

    /// What was written at a place of its text.
    pub(crate) fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).filter(|_| span.source == self.source).unwrap_or("")
    }

    /// The comments in the document, in order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The anchored nodes and the spans of their anchors' names, in order.
    pub fn anchors(&self) -> &[(NodeId, Span)] {
        &self.anchors
    }

    /// Number of nodes, keys included.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the document holds no node at all (never true for a tree that a reader made).
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether it was put together from several documents: spans in it say where parts were written, not how long they are.
    pub fn is_built(&self) -> bool {
        self.built.is_some()
    }

    /// Whether lines of the root end otherwise than by LF or CRLF: by a lone CR, NEL, LS or PS, as only YAML knows it. A
    /// byte-order mark anywhere but at the beginning counts too: it would mean something else there.
    pub(crate) fn has_odd_breaks(&self) -> bool {
        *self.odd_breaks.get_or_init(|| {
            let (text, root) = (&*self.text, self.root().span());
            let (start, end) = (root.start as usize, root.end as usize);
            let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
            // Blank lines behind it may belong to a block scalar.
            let end = text.len() - text[end..].trim_start().len();
            let end = memchr::memchr(b'\n', &text.as_bytes()[end..]).map_or(text.len(), |at| end + at + 1);
            let part = &text[start..end];
            let lone =
                memchr::memchr_iter(b'\r', part.as_bytes()).any(|at| part.as_bytes().get(at + 1) != Some(&b'\n'));
            lone || part
                .strip_prefix('\u{feff}')
                .unwrap_or(part)
                .contains(['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'])
        })
    }

    /// The source the document was read from, or that stands for what made it.
    pub fn source(&self) -> SourceId {
        self.source
    }

    #[inline(always)]
    pub(crate) fn str(&self, text: Text) -> &str {
        text.of(&self.text, &self.side)
    }

    #[inline]
    pub(crate) fn entry(&self, data: &EntryData) -> Entry<'_> {
        Entry {
            name: self.str(data.name),
            key: self.node(data.key),
            value: self.node(data.value),
            state: data.state,
            merged: data.merged,
        }
    }
}

/// What a node is, as the API server's reader resolves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind<'t> {
    /// `null`, `~`, or nothing.
    Null,
    /// A boolean (`yes`, `on` and the like included).
    Bool(bool),
    /// An integer in the range of `i64`.
    Int(i64),
    /// An integer above `i64::MAX`.
    UInt(u64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(&'t str),
    /// A list.
    Sequence,
    /// A map.
    Mapping,
}

/// A view on one node. Copyable, and equal only to itself.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.id == other.id
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Node({} {:?} {:?})", self.id.0, self.kind(), self.span())
    }
}

impl<'t> Node<'t> {
    fn data(self) -> &'t NodeData {
        &self.tree.nodes[self.id.0 as usize]
    }

    /// The tree the node belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    /// Its index in the tree.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What it is.
    pub fn kind(self) -> Kind<'t> {
        match self.data().data {
            Data::Null => Kind::Null,
            Data::Bool(b) => Kind::Bool(b),
            Data::Int(bits) => Kind::Int(u64::from(bits) as i64),
            Data::UInt(bits) => Kind::UInt(bits.into()),
            Data::Float(bits) => Kind::Float(f64::from_bits(bits.into())),
            Data::String(text) => Kind::String(self.tree.str(text)),
            Data::Sequence { .. } => Kind::Sequence,
            Data::Mapping { .. } => Kind::Mapping,
        }
    }

    /// The bytes it was written with. For a block collection from its first to its last child.
    pub fn span(self) -> Span {
        self.data().span(match &self.tree.built {
            None => self.tree.source,
            Some(built) => built.source_of(self.id),
        })
    }

    /// How it was written.
    pub fn style(self) -> Style {
        self.data().style
    }

    /// Whether it is a copy that stands for an alias (or lies below one); its span is the anchored text.
    pub fn is_aliased(self) -> bool {
        self.data().aliased
    }

    /// The text as written, quotes included.
    pub fn raw(self) -> &'t str {
        if let Some(built) = &self.tree.built {
            return built.raw(self);
        }
        let span = self.span();
        self.tree.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The collection it lies in.
    pub fn parent(self) -> Option<Node<'t>> {
        let parent = self.data().parent;
        (parent != NO_PARENT).then(|| self.tree.node(NodeId(parent)))
    }

    /// The entry of the parent mapping whose value (or key) it is.
    pub fn entry(self) -> Option<Entry<'t>> {
        let entries = self.parent()?.entry_data();
        let own = |entry: &&EntryData| entry.value == self.id || entry.key == self.id;
        // Nodes have their numbers in the order of the text; only entries that a merge key brought in may be out of it.
        let before = entries.partition_point(|entry| entry.key <= self.id);
        let found = entries[..before].last().filter(own).or_else(|| entries.iter().find(own));
        found.map(|entry| self.tree.entry(entry))
    }

    /// Its index in the parent sequence.
    pub fn index(self) -> Option<usize> {
        let Data::Sequence { first, len } = self.parent()?.data().data else { return None };
        // Items have their numbers in the order of the text.
        self.tree.items[first as usize..(first + len) as usize].binary_search(&self.id).ok()
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        matches!(self.data().data, Data::Null)
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.data().data, Data::Mapping { .. })
    }

    /// Whether it is a sequence.
    pub fn is_sequence(self) -> bool {
        matches!(self.data().data, Data::Sequence { .. })
    }

    /// Whether it is a string.
    pub fn is_string(self) -> bool {
        matches!(self.data().data, Data::String(_))
    }

    /// The string, where it is one.
    pub fn as_str(self) -> Option<&'t str> {
        match self.kind() {
            Kind::String(s) => Some(s),
            _ => None,
        }
    }

    /// The boolean, where it is one.
    pub fn as_bool(self) -> Option<bool> {
        match self.kind() {
            Kind::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// The integer, where it is one that fits (a float without fraction, such as `3.0`, included: so reads the server).
    pub fn as_i64(self) -> Option<i64> {
        match self.kind() {
            Kind::Int(i) => Some(i),
            Kind::UInt(u) => i64::try_from(u).ok(),
            Kind::Float(f) if f.fract() == 0.0 && f.abs() < 9.0e18 => Some(f as i64),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub fn as_f64(self) -> Option<f64> {
        match self.kind() {
            Kind::Int(i) => Some(i as f64),
            Kind::UInt(u) => Some(u as f64),
            Kind::Float(f) => Some(f),
            _ => None,
        }
    }

    /// The value of a key, unless it is absent or null: null means absent to the API server.
    #[inline(always)]
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        // Most keys are known to the compiler, and so are their tags.
        self.value_of(Tag::of(key), key)
    }

    #[inline(never)]
    fn value_of(self, tag: Tag, key: &str) -> Option<Node<'t>> {
        self.find(tag, key).map(|entry| self.tree.node(entry.value)).filter(|value| !value.is_null())
    }

    /// The entry of a key, also where its value is null.
    pub fn get_entry(self, key: &str) -> Option<Entry<'t>> {
        self.find(Tag::of(key), key).map(|entry| self.tree.entry(entry))
    }

    #[inline]
    fn find(self, tag: Tag, key: &str) -> Option<&'t EntryData> {
        let entries = self.entry_data();
        if entries.len() > LARGE as usize {
            return self.tree.names.get_or_init(|| Names::new(self.tree)).find(self.tree, self.id, key);
        }
        let found = |entry: &&EntryData| {
            entry.tag == tag
                && entry.name.is(key, &self.tree.text, &self.tree.side)
                && entry.state == EntryState::Effective
        };
        entries.iter().find(found)
    }

    #[inline]
    fn entry_data(self) -> &'t [EntryData] {
        match self.data().data {
            Data::Mapping { first, len } => &self.tree.entries[first as usize..(first + len) as usize],
            _ => &[],
        }
    }

    /// Follows keys down; numbers are not indices.
    pub fn at(self, keys: &[&str]) -> Option<Node<'t>> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The string value of a key.
    #[inline]
    pub fn str_at(self, key: &str) -> Option<&'t str> {
        self.get(key)?.as_str()
    }

    /// The entries that count, in the order written.
    pub fn entries(self) -> impl DoubleEndedIterator<Item = Entry<'t>> + Clone + use<'t> {
        self.all_entries().filter(|entry| entry.state == EntryState::Effective)
    }

    /// All entries, in the order written, overruled ones included. Empty for what is not a mapping.
    pub fn all_entries(self) -> impl DoubleEndedIterator<Item = Entry<'t>> + Clone + use<'t> {
        let tree = self.tree;
        self.entry_data().iter().map(move |data| tree.entry(data))
    }

    /// The items of a sequence. Empty for what is not one.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Node<'t>> + ExactSizeIterator + Clone + use<'t> {
        let tree = self.tree;
        let range = match self.data().data {
            Data::Sequence { first, len } => first as usize..(first + len) as usize,
            _ => 0..0,
        };
        tree.items[range].iter().map(move |&id| tree.node(id))
    }

    /// An item of a sequence, by its number.
    pub fn item(self, number: usize) -> Option<Node<'t>> {
        let Data::Sequence { first, len } = self.data().data else { return None };
        self.tree.items[first as usize..(first + len) as usize].get(number).map(|&id| self.tree.node(id))
    }

    /// Number of items of a sequence or of entries written in a mapping.
    pub fn len(self) -> usize {
        match self.data().data {
            Data::Sequence { len, .. } | Data::Mapping { len, .. } => len as usize,
            _ => 0,
        }
    }

    /// Whether it has neither items nor entries.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// What a person would call it: `a string`, `a list` ...
    pub fn describe(self) -> &'static str {
        match self.kind() {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Int(_) | Kind::UInt(_) => "an integer",
            Kind::Float(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Sequence => "a list",
            Kind::Mapping => "a map",
        }
    }
}

/// One entry of a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'t> {
    /// The key as JSON has it: always a string.
    pub name: &'t str,
    /// The key's node: its own kind (`yes` is a boolean), span and style.
    pub key: Node<'t>,
    /// The value.
    pub value: Node<'t>,
    /// Whether it counts.
    pub state: EntryState,
    /// It came in by a merge key `<<`.
    pub merged: bool,
}
