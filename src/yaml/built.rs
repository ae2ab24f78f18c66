//! Trees that were put together from several documents.
//!
//! In: values with their origins, from a renderer. Out: a [`Tree`] like any other, of which each node also knows where someone
//! wrote it: its span, its raw text and its style are those of that place, and edits are made there; parents, paths and
//! look-ups stay in the tree itself.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::source::{Source, SourceId, Span};

use super::arena::{Data, EntryData, NO_PARENT, NodeData, Tag, Text, Wide};
use super::origin::{By, Origin};
use super::tree::{EntryState, Kind, Node, NodeId, Style, Tree};
use super::{Document, Limits, read, read_part};

/// The files that built trees point into, read when an edit is first asked for.
#[derive(Debug, Default)]
pub struct Written {
    files: FxHashMap<SourceId, WrittenFile>,
}

#[derive(Debug)]
struct WrittenFile {
    source: Source,
    documents: OnceLock<Vec<Document>>,
    /// What stands in the literal blocks of a kustomization: patches, mostly.
    inner: OnceLock<Vec<Tree>>,
}

impl Written {
    /// Of these sources.
    pub fn new(sources: impl IntoIterator<Item = Source>) -> Self {
        let file =
            |source: Source| (source.id, WrittenFile { source, documents: OnceLock::new(), inner: OnceLock::new() });
        Self { files: sources.into_iter().map(file).collect() }
    }

    /// Whether a source is one of them.
    pub fn holds(&self, source: SourceId) -> bool {
        self.files.contains_key(&source)
    }

    /// A source's documents.
    pub fn documents(&self, source: SourceId) -> &[Document] {
        self.files.get(&source).map_or(&[], WrittenFile::documents)
    }

    fn text(&self, span: Span) -> &str {
        self.files.get(&span.source).map_or("", |file| file.source.slice(span))
    }

    /// The whole text of the file that a place lies in.
    fn whole(&self, span: Span) -> &str {
        self.files.get(&span.source).map_or("", |file| &*file.source.text)
    }

    /// The line that a place begins in.
    fn line(&self, span: Span) -> &str {
        let text = self.whole(span);
        let start = text.get(..span.start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("")
    }

    /// The node of one of the files that has exactly that span and is a map, a list or a scalar as `like` is.
    fn node<'t>(&'t self, span: Span, like: Node<'_>) -> Option<Node<'t>> {
        let file = self.files.get(&span.source)?;
        let trees = file.documents().iter().filter(|document| document.span.contains(span));
        let mut trees = trees.filter_map(|document| document.tree.as_ref().ok());
        trees
            .find_map(|tree| find(tree.root(), span, like))
            .or_else(|| file.inner().iter().find_map(|tree| find(tree.root(), span, like)))
    }
}

impl WrittenFile {
    fn documents(&self) -> &[Document] {
        self.documents.get_or_init(|| read(&self.source, &Limits::default()))
    }

    /// A block's lines are read where they stand: what is edited in them has its columns.
    fn inner(&self) -> &[Tree] {
        self.inner.get_or_init(|| {
            let trees = self.documents().iter().filter_map(|document| document.tree.as_ref().ok());
            let blocks = trees.flat_map(Tree::nodes).filter(|node| node.is_string() && node.style() == Style::Literal);
            let lines = blocks.filter_map(|node| {
                let raw = node.raw();
                let body = raw.find('\n')? + 1;
                (!raw[body..].contains("---")).then(|| Span { start: node.span().start + body as u32, ..node.span() })
            });
            lines.filter_map(|span| read_part(&self.source, span, &Limits::default()).ok()).collect()
        })
    }
}

/// The node below another one that has a span and is like a third. Nothing where two are.
fn find<'t>(root: Node<'t>, span: Span, like: Node<'_>) -> Option<Node<'t>> {
    let (mut at, mut found) = (root, None);
    loop {
        if at.span() == span && is_like(at, like) {
            if found.is_some() {
                return None;
            }
            found = Some(at);
        }
        let mut inner = at.all_entries().flat_map(|entry| [entry.key, entry.value]).chain(at.items());
        match inner.find(|node| node.span().contains(span)) {
            Some(node) => at = node,
            None => return found,
        }
    }
}

fn is_like(one: Node<'_>, other: Node<'_>) -> bool {
    one.is_mapping() == other.is_mapping() && one.is_sequence() == other.is_sequence()
}

/// What a built tree knows beside what every tree does.
#[derive(Debug, Clone)]
pub(crate) struct Built {
    /// By node: the source its span points into.
    sources: Vec<SourceId>,
    /// By node: what made it what it is.
    by: Vec<By>,
    /// Further places of nodes that were put together.
    others: FxHashMap<NodeId, Arc<[(Span, By)]>>,
    /// The texts of scalars that nobody wrote as they are.
    texts: FxHashMap<NodeId, Text>,
    written: Arc<Written>,
}

impl Built {
    pub(crate) fn source_of(&self, node: NodeId) -> SourceId {
        self.sources[node.0 as usize]
    }

    /// The text that stands for a node.
    pub(crate) fn raw<'t>(&'t self, node: Node<'t>) -> &'t str {
        match self.texts.get(&node.id()) {
            Some(&text) => node.tree().str(text),
            None => self.written.text(node.span()),
        }
    }
}

impl<'t> Node<'t> {
    /// What made it what it is; nothing in a tree that was read from one text.
    pub fn by(self) -> Option<By> {
        self.tree().built.as_ref().map(|built| built.by[self.id().0 as usize])
    }

    /// The further places that a value was put together from.
    pub fn other_places(self) -> &'t [(Span, By)] {
        let built = self.tree().built.as_ref();
        built.and_then(|built| built.others.get(&self.id())).map_or(&[], AsRef::as_ref)
    }

    /// The text that someone wrote and from which a renderer made this value, quotes taken off; nothing for what a renderer
    /// added. In a tree that was read from one text, the text itself.
    pub fn written_text(self) -> Option<&'t str> {
        let Some(built) = &self.tree().built else { return Some(self.raw()) };
        let own = self.by().map(|by| (self.span(), by));
        let mut places = own.into_iter().chain(self.other_places().iter().copied());
        let (span, _) = places.find(|(_, by)| !matches!(by, By::Transformer | By::Generated | By::Default))?;
        Some(built.written.text(span).trim_matches(['"', '\'']))
    }

    /// The places that a value was put together from, its own first, each with the whole text that it lies in.
    pub(super) fn written_places(self) -> impl Iterator<Item = (Span, &'t str)> {
        let (built, own) = (self.tree().built.as_ref(), self.span());
        let spans = std::iter::once(own).chain(self.other_places().iter().map(|(span, _)| *span));
        spans.map(move |span| (span, built.map_or(&*self.tree().text, |built| built.written.whole(span))))
    }

    /// The text at the place that decided this value, and the line that it begins in; nothing in a tree that was read from one text.
    pub(super) fn written_at(self) -> Option<(&'t str, &'t str)> {
        let written = &*self.tree().built.as_ref()?.written;
        Some((written.text(self.span()), written.line(self.span())))
    }

    /// The node that was written where this one comes from, if that is one place: itself, where its tree was read from a text.
    pub(super) fn written(self) -> Option<Node<'t>> {
        let Some(built) = &self.tree().built else { return Some(self) };
        let is_plain = matches!(self.by(), Some(By::Resource | By::Patch)) && self.other_places().is_empty();
        is_plain.then(|| built.written.node(self.span(), self)).flatten()
    }

    /// The same, where what was written is all that the node is, and what it is called is what it was called there.
    pub(super) fn wholly_written(self) -> Option<Node<'t>> {
        let written = self.written()?;
        let name = |node: Node<'t>| node.entry().map(|entry| entry.name);
        (written == self || is_same(self, written) && name(self) == name(written)).then_some(written)
    }
}

/// Whether two nodes are the same value, whatever the order of their keys.
fn is_same(one: Node<'_>, other: Node<'_>) -> bool {
    match (one.kind(), other.kind()) {
        (Kind::Mapping, Kind::Mapping) => {
            let same = |entry: super::Entry<'_>| {
                other.get_entry(entry.name).is_some_and(|other| is_same(entry.value, other.value))
            };
            one.len() == other.len() && one.entries().all(same)
        }
        (Kind::Sequence, Kind::Sequence) => {
            one.len() == other.len() && one.items().zip(other.items()).all(|(one, other)| is_same(one, other))
        }
        (one, other) => one == other,
    }
}

/// Puts a built tree together, each node before what is in it.
pub struct Maker {
    tree: Tree,
    built: Built,
}

/// Most bytes of strings in one tree.
const MOST_TEXT: usize = i32::MAX as usize;

impl Maker {
    /// A tree of no nodes as yet, which belongs to `source` and points into files of `written`.
    pub fn new(source: SourceId, written: Arc<Written>) -> Self {
        let (sources, by, others, texts) = (Vec::new(), Vec::new(), FxHashMap::default(), FxHashMap::default());
        Self { tree: Tree::empty(source), built: Built { sources, by, others, texts, written } }
    }

    /// A scalar, or a list or a map that is empty as yet.
    pub fn node(&mut self, value: Kind<'_>, origin: &Origin) -> NodeId {
        let id = NodeId(self.tree.nodes.len() as u32);
        let data = match value {
            Kind::Null => Data::Null,
            Kind::Bool(b) => Data::Bool(b),
            Kind::Int(i) => Data::Int(Wide::from(i as u64)),
            Kind::UInt(u) => Data::UInt(u.into()),
            Kind::Float(f) => Data::Float(f.to_bits().into()),
            Kind::String(text) => Data::String(self.text(text)),
            Kind::Sequence => Data::Sequence { first: 0, len: 0 },
            Kind::Mapping => Data::Mapping { first: 0, len: 0 },
        };
        let is_collection = matches!(value, Kind::Sequence | Kind::Mapping);
        let Span { source, start, end } = origin.span;
        let style = style(self.built.written.text(origin.span), is_collection);
        self.tree.nodes.push(NodeData { start, end, parent: NO_PARENT, data, style, aliased: false, merge: false });
        self.built.sources.push(source);
        self.built.by.push(origin.by);
        if let Some(others) = &origin.others {
            self.built.others.insert(id, others.clone());
        }
        if !is_collection {
            self.note_text(id, value, origin);
        }
        id
    }

    /// The items of a list.
    pub fn fill_list(&mut self, list: NodeId, items: &[NodeId]) {
        let first = self.tree.items.len() as u32;
        for &item in items {
            self.tree.nodes[item.0 as usize].parent = list.0;
            self.tree.items.push(item);
        }
        self.tree.nodes[list.0 as usize].data = Data::Sequence { first, len: items.len() as u32 };
    }

    /// The entries of a map: the nodes of their keys, which are strings, and of their values.
    pub fn fill_map(&mut self, map: NodeId, entries: &[(NodeId, NodeId)]) {
        let first = self.tree.entries.len() as u32;
        for &(key, value) in entries {
            self.tree.nodes[key.0 as usize].parent = map.0;
            self.tree.nodes[value.0 as usize].parent = map.0;
            let Data::String(name) = self.tree.nodes[key.0 as usize].data else { continue };
            let tag = Tag::of(self.tree.str(name));
            let state = EntryState::Effective;
            self.tree.entries.push(EntryData { key, value, name, tag, state, merged: false });
        }
        let len = self.tree.entries.len() as u32 - first;
        self.tree.nodes[map.0 as usize].data = Data::Mapping { first, len };
    }

    /// The tree.
    pub fn finish(mut self, root: NodeId) -> Tree {
        self.tree.root = root;
        self.tree.nodes.shrink_to_fit();
        self.tree.entries.shrink_to_fit();
        self.tree.side.shrink_to_fit();
        self.tree.built = Some(Box::new(self.built));
        self.tree
    }

    fn text(&mut self, text: &str) -> Text {
        let start = self.tree.side.len();
        if start + text.len() <= MOST_TEXT {
            self.tree.side.push_str(text);
        }
        Text::in_side(start, self.tree.side.len())
    }

    /// Keeps the text of a scalar that stands nowhere as it is.
    fn note_text(&mut self, id: NodeId, value: Kind<'_>, origin: &Origin) {
        let as_written = matches!(origin.by, By::Resource | By::Patch) && origin.others.is_none();
        let text = match value {
            Kind::String(text) => {
                let plain = self.tree.nodes[id.0 as usize].style == Style::Plain;
                if as_written && (!plain || self.built.written.text(origin.span) == text) {
                    return;
                }
                let Data::String(text) = self.tree.nodes[id.0 as usize].data else { return };
                text
            }
            _ if as_written => return,
            Kind::Bool(b) => self.text(if b { "true" } else { "false" }),
            Kind::Int(i) => self.text(&i.to_string()),
            Kind::UInt(u) => self.text(&u.to_string()),
            Kind::Float(f) => self.text(&f.to_string()),
            Kind::Null | Kind::Sequence | Kind::Mapping => self.text(""),
        };
        self.built.texts.insert(id, text);
    }
}

/// The style that a text shows.
fn style(raw: &str, is_collection: bool) -> Style {
    match (raw.as_bytes().first(), is_collection) {
        (Some(b'{' | b'['), true) => Style::Flow,
        (_, true) => Style::Block,
        (Some(b'\''), _) => Style::SingleQuoted,
        (Some(b'"'), _) => Style::DoubleQuoted,
        (Some(b'|'), _) => Style::Literal,
        (Some(b'>'), _) => Style::Folded,
        _ => Style::Plain,
    }
}

#[cfg(test)]
#[path = "built_tests.rs"]
mod tests;
