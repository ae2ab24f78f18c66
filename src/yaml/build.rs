//! Putting a tree together.
//!
//! In: nodes in the order of the text, collections opened before their children and closed behind them. Out: a [`Tree`]
//! whose mappings have their keys turned into JSON keys, merge keys carried out and overruled entries marked, all as
//! go-yaml v2 does it, plus what was met on the way (duplicate keys and the like).

use std::sync::{Arc, OnceLock};

use crate::source::{SourceId, Span};

use super::arena::{Data, EntryData, NO_PARENT, NodeData, Tag, Text};
use super::clash::Clashes;
use super::parse::error::{Fail, fail};
use super::resolve::{self, Resolved};
use super::tree::{Comment, EntryState, NodeId, Style, Tree};
use super::{Note, NoteKind};

/// Collects the nodes of one document.
pub(crate) struct TreeBuilder {
    pub tree: Tree,
    clashes: Clashes,
    /// Entries of the mapping that is being closed.
    scratch: Vec<EntryData>,
    /// Something was met that JSON does not have; it matters only where it is reached in the end.
    pub suspect: bool,
    pub notes: Vec<Note>,
}

/// What a builder writes to, kept from one document to the next so that small documents need no growing of lists.
#[derive(Default)]
pub(crate) struct Spare {
    side: String,
    nodes: Vec<NodeData>,
    items: Vec<NodeId>,
    entries: Vec<EntryData>,
    comments: Vec<Comment>,
    anchors: Vec<(NodeId, Span)>,
    scratch: Vec<EntryData>,
    clashes: Clashes,
}

impl Spare {
    /// Lists for a document of that many bytes.
    pub(crate) fn with_size(size: usize) -> Self {
        let (nodes, entries) = (Vec::with_capacity(size / 14), Vec::with_capacity(size / 32));
        Self { nodes, entries, ..Self::default() }
    }
}

fn sorted(mut notes: Vec<Note>) -> Vec<Note> {
    notes.sort_by_key(|note| note.span);
    notes
}

impl TreeBuilder {
    /// A builder for a document of a source.
    pub(crate) fn new(text: Arc<str>, source: SourceId, spare: Spare) -> Self {
        let Spare { side, nodes, items, entries, comments, anchors, scratch, clashes } = spare;
        let (root, odd_breaks, names, facts) = (NodeId(0), OnceLock::new(), OnceLock::new(), OnceLock::new());
        let known = Default::default();
        let tree = Tree {
            text,
            source,
            side,
            nodes,
            items,
            entries,
            comments,
            anchors,
            root,
            odd_breaks,
            names,
            facts,
            known,
            note: Box::default(),
            built: None,
        };
        Self { tree, clashes, scratch, suspect: false, notes: Vec::new() }
    }

    /// The tree and the notes.
    pub(crate) fn finish(mut self, root: NodeId) -> (Tree, Vec<Note>) {
        self.tree.root = root;
        self.tree.nodes.shrink_to_fit();
        self.tree.entries.shrink_to_fit();
        self.tree.side.shrink_to_fit();
        (self.tree, sorted(self.notes))
    }

    /// The tree, no larger than it has to be, and the notes; and what can be used again.
    pub(crate) fn finish_and_reuse(mut self, root: NodeId) -> ((Tree, Vec<Note>), Spare) {
        self.tree.root = root;
        let tree = self.tree.clone();
        let Tree { mut side, mut nodes, mut items, mut entries, mut comments, mut anchors, .. } = self.tree;
        side.clear();
        nodes.clear();
        items.clear();
        entries.clear();
        comments.clear();
        anchors.clear();
        let (scratch, clashes) = (self.scratch, self.clashes);
        ((tree, sorted(self.notes)), Spare { side, nodes, items, entries, comments, anchors, scratch, clashes })
    }

    /// A span of the source, clamped to it.
    #[inline(always)]
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let len = self.tree.text.len();
        Span::new(self.tree.source, start.min(len), end.min(len))
    }

    #[inline(always)]
    fn push(&mut self, span: Span, parent: u32, data: Data, style: Style) -> NodeId {
        let id = self.tree.nodes.len() as u32;
        self.tree.nodes.push(NodeData {
            start: span.start,
            end: span.end,
            parent,
            data,
            style,
            aliased: false,
            merge: false,
        });
        NodeId(id)
    }

    /// A scalar; `text` is its text where it stays a string.
    #[inline(always)]
    pub(crate) fn scalar(&mut self, span: Span, parent: u32, value: Resolved, text: Text, style: Style) -> NodeId {
        let data = match value {
            Resolved::String => Data::String(text),
            Resolved::Merge => {
                let id = self.push(span, parent, Data::String(text), style);
                self.tree.nodes[id.0 as usize].merge = true;
                return id;
            }
            Resolved::Null => Data::Null,
            Resolved::Bool(b) => Data::Bool(b),
            Resolved::Int(i) => Data::Int((i as u64).into()),
            Resolved::UInt(u) => Data::UInt(u.into()),
            Resolved::Float(f) => {
                self.suspect |= !f.is_finite();
                Data::Float(f.to_bits().into())
            }
        };
        self.push(span, parent, data, style)
    }

    fn side(&mut self, value: &str) -> Text {
        let start = self.tree.side.len();
        self.tree.side.push_str(value);
        Text::in_side(start, self.tree.side.len())
    }

    pub(crate) fn comment(&mut self, start: usize, end: usize, own_line: bool) {
        let span = self.span(start, end);
        self.tree.comments.push(Comment { span, own_line });
    }

    pub(crate) fn note(&mut self, kind: NoteKind, span: Span, related: Option<Span>) {
        self.notes.push(Note { kind, span, related });
    }

    /// Opens a collection at an offset; it is empty until it is closed.
    #[inline]
    pub(crate) fn open(&mut self, start: usize, parent: u32, style: Style) -> NodeId {
        let span = self.span(start, start);
        self.push(span, parent, Data::Null, style)
    }

    /// Closes a sequence over `items`, which ends at an offset.
    pub(crate) fn close_sequence(&mut self, id: NodeId, items: &[NodeId], end: u32) {
        let first = self.tree.items.len() as u32;
        self.tree.items.extend_from_slice(items);
        let node = &mut self.tree.nodes[id.0 as usize];
        node.data = Data::Sequence { first, len: items.len() as u32 };
        node.end = end.max(node.start);
    }

    /// Closes a mapping over keys and values in turn, which ends at an offset.
    ///
    /// # Errors
    /// A key that is a list or a map, or a merge of what is no map.
    pub(crate) fn close_mapping(&mut self, id: NodeId, pairs: &[NodeId], end: u32) -> Result<(), Fail> {
        let mut entries = std::mem::take(&mut self.scratch);
        entries.clear();
        let mut merges = false;
        for pair in pairs.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            if self.tree.nodes[key.0 as usize].merge {
                merges = true;
                self.merge(key, value, &mut entries)?;
            } else {
                let name = self.key_name(key)?;
                let tag = Tag::of(self.tree.str(name));
                entries.push(EntryData { key, value, name, tag, state: EntryState::Effective, merged: false });
            }
        }
        self.mark_overruled(&mut entries);
        if merges {
            for entry in &entries {
                self.tree.nodes[entry.key.0 as usize].parent = id.0;
                self.tree.nodes[entry.value.0 as usize].parent = id.0;
            }
        }
        let first = self.tree.entries.len() as u32;
        let node = &mut self.tree.nodes[id.0 as usize];
        node.data = Data::Mapping { first, len: entries.len() as u32 };
        node.end = end.max(node.start);
        self.tree.entries.extend_from_slice(&entries);
        self.scratch = entries;
        Ok(())
    }

    #[inline]
    fn key_name(&mut self, key: NodeId) -> Result<Text, Fail> {
        match self.tree.nodes[key.0 as usize].data {
            Data::String(text) => Ok(text),
            _ => self.odd_key_name(key),
        }
    }

    /// The name of a key that is no string.
    fn odd_key_name(&mut self, key: NodeId) -> Result<Text, Fail> {
        let node = self.tree.nodes[key.0 as usize];
        let name = match node.data {
            Data::Bool(b) => {
                self.note(NoteKind::BooleanKey, node.span(self.tree.source), None);
                b.to_string()
            }
            Data::Int(bits) => (u64::from(bits) as i64).to_string(),
            Data::Float(bits) => resolve::float_key(f64::from_bits(bits.into())),
            Data::Sequence { .. } | Data::Mapping { .. } => {
                let message = format!("{} cannot be a key: JSON keys are strings", self.tree.node(key).describe());
                return fail(message, node.start as usize, node.end as usize);
            }
            Data::Null | Data::UInt(_) | Data::String(_) => {
                self.suspect = true;
                String::new()
            }
        };
        Ok(self.side(&name))
    }

    /// Later entries overrule earlier ones of the same name, in place.
    #[inline]
    fn mark_overruled(&mut self, entries: &mut [EntryData]) {
        let clashes = self.clashes.find(&self.tree, entries);
        for at in 0..clashes {
            let (earlier, later) = self.clashes.pair(at);
            entries[earlier].state = EntryState::Overruled;
            let span = |e: &EntryData| self.tree.nodes[e.key.0 as usize].span(self.tree.source);
            let kind = self.clash_kind(&entries[earlier], &entries[later]);
            let (first, second) = (span(&entries[earlier]), span(&entries[later]));
            // Of a merged key and one of the map itself the latter is the place to look at.
            let own_is_first = kind == NoteKind::MergeOverride && entries[later].merged && !entries[earlier].merged;
            match own_is_first {
                true => self.note(NoteKind::OverruledByMerge, first, Some(second)),
                false => self.note(kind, second, Some(first)),
            }
        }
    }

    fn clash_kind(&self, earlier: &EntryData, later: &EntryData) -> NoteKind {
        let data = |e: &EntryData| self.tree.nodes[e.key.0 as usize].data;
        let same = match (data(earlier), data(later)) {
            (Data::Float(a), Data::Float(b)) => f64::from_bits(a.into()) == f64::from_bits(b.into()),
            (a, b) => std::mem::discriminant(&a) == std::mem::discriminant(&b),
        };
        match same {
            false => NoteKind::AmbiguousKey,
            true if earlier.merged || later.merged => NoteKind::MergeOverride,
            true => NoteKind::DuplicateKey,
        }
    }

    /// Puts the entries of `value` (a map, or a list of maps, of which earlier ones win) where the `<<` stands.
    fn merge(&mut self, key: NodeId, value: NodeId, entries: &mut Vec<EntryData>) -> Result<(), Fail> {
        let span = self.tree.nodes[key.0 as usize].span(self.tree.source);
        let wrong = || fail("the merge key `<<` takes a map or a list of maps", span.start as usize, span.end as usize);
        match self.tree.nodes[value.0 as usize].data {
            Data::Mapping { first, len } => self.merge_map(first, len, entries),
            // An alias may stand for a map or in a list, but not for the list.
            Data::Sequence { first, len } if !self.tree.nodes[value.0 as usize].aliased => {
                for index in (first..first + len).rev() {
                    let item = self.tree.items[index as usize];
                    let Data::Mapping { first, len } = self.tree.nodes[item.0 as usize].data else { return wrong() };
                    self.merge_map(first, len, entries);
                }
            }
            _ => return wrong(),
        }
        Ok(())
    }

    fn merge_map(&mut self, first: u32, len: u32, entries: &mut Vec<EntryData>) {
        for index in first..first + len {
            let entry = self.tree.entries[index as usize];
            if entry.state == EntryState::Effective {
                entries.push(EntryData { merged: true, ..entry });
            }
        }
    }

    /// A copy of an anchored node under `parent`, for an alias at `depth`; and how many bytes of text it holds.
    ///
    /// # Errors
    /// When the tree would become deeper than `limit`.
    pub(crate) fn copy(
        &mut self,
        id: NodeId,
        parent: u32,
        depth: usize,
        limit: usize,
        alias: (usize, usize),
    ) -> Result<(NodeId, usize), Fail> {
        let first_new = self.tree.nodes.len();
        let copy = self.copy_node(id, parent);
        // Work list instead of recursion: a document may be 10,000 levels deep.
        let mut work = vec![(copy, depth)];
        while let Some((at, depth)) = work.pop() {
            if depth > limit {
                return fail(format!("aliases make this document more than {limit} levels deep"), alias.0, alias.1);
            }
            self.copy_children(at, depth + 1, &mut work);
        }
        let mut text = 0;
        for node in &mut self.tree.nodes[first_new..] {
            node.aliased = true;
            text += if let Data::String(text) = node.data { text.len() } else { 0 };
        }
        Ok((copy, text))
    }

    fn copy_node(&mut self, id: NodeId, parent: u32) -> NodeId {
        let data = NodeData { parent, merge: false, ..self.tree.nodes[id.0 as usize] };
        self.tree.nodes.push(data);
        NodeId(self.tree.nodes.len() as u32 - 1)
    }

    fn copy_children(&mut self, at: NodeId, depth: usize, work: &mut Vec<(NodeId, usize)>) {
        match self.tree.nodes[at.0 as usize].data {
            Data::Sequence { first, len } => {
                let start = self.tree.items.len() as u32;
                for index in first..first + len {
                    let copy = self.copy_node(self.tree.items[index as usize], at.0);
                    self.tree.items.push(copy);
                    work.push((copy, depth));
                }
                self.tree.nodes[at.0 as usize].data = Data::Sequence { first: start, len };
            }
            Data::Mapping { first, len } => {
                let start = self.tree.entries.len() as u32;
                for index in first..first + len {
                    let entry = self.tree.entries[index as usize];
                    let (key, value) = (self.copy_node(entry.key, at.0), self.copy_node(entry.value, at.0));
                    work.push((value, depth));
                    self.tree.entries.push(EntryData { key, value, ..entry });
                }
                self.tree.nodes[at.0 as usize].data = Data::Mapping { first: start, len };
            }
            _ => {}
        }
    }

    /// What the finished document holds that JSON does not have: null or oversized keys, infinities. Only what a reader
    /// gets in the end counts: an overruled entry does not.
    ///
    /// # Errors
    /// The first such thing.
    pub(crate) fn check_suspects(&self, root: NodeId) -> Result<(), Fail> {
        let at = |id: NodeId| &self.tree.nodes[id.0 as usize];
        let mut work = vec![self.tree.node(root)];
        while let Some(node) = work.pop() {
            let span = node.span();
            if at(node.id()).data.float().is_some_and(|f| !f.is_finite()) {
                let message =
                    format!("`{}` is a number that JSON does not have; quote it to make it a string", node.raw());
                return fail(message, span.start as usize, span.end as usize);
            }
            for entry in node.entries() {
                let key = entry.key.span();
                let what = match at(entry.key.id()).data {
                    Data::Null => "null",
                    Data::UInt(_) => "an integer above the 64-bit range",
                    _ => continue,
                };
                let message = format!("{what} cannot be a key: JSON keys are strings");
                return fail(message, key.start as usize, key.end as usize);
            }
            work.extend(node.entries().map(|entry| entry.value));
            work.extend(node.items());
        }
        Ok(())
    }
}

/// The parent of a document's root.
pub(crate) const ROOT: u32 = NO_PARENT;
