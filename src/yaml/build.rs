//! Putting a tree together.
//!
//! In: nodes in the order in which a reader closes them (children before their collection). Out: a [`Tree`] whose
//! mappings have their keys turned into JSON keys, merge keys carried out and overruled entries marked, all as
//! go-yaml v2 does it, plus what was met on the way (duplicate keys and the like).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::source::Span;

use super::resolve::{self, Resolved};
use super::tree::{Comment, Data, EntryData, EntryState, NO_PARENT, Node, NodeData, NodeId, Style, Text, Tree};
use super::{Note, NoteKind, SyntaxError};

/// Nodes that aliases may copy into one document, beyond go-yaml's own ratio: our bound on memory.
const MAX_COPIED_NODES: usize = 4_000_000;

/// Collects the nodes of one document.
pub(crate) struct TreeBuilder {
    tree: Tree,
    /// Mapping keys that are `<<`.
    merge_keys: Vec<NodeId>,
    copied: usize,
    pub notes: Vec<Note>,
}

impl TreeBuilder {
    pub(crate) fn new(text: Arc<str>) -> Self {
        let nodes = Vec::with_capacity(64);
        let (items, entries, comments, anchors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let tree = Tree { text, side: String::new(), nodes, items, entries, comments, anchors, root: NodeId(0) };
        Self { tree, merge_keys: Vec::new(), copied: 0, notes: Vec::new() }
    }

    pub(crate) fn finish(mut self, root: NodeId) -> (Tree, Vec<Note>) {
        self.tree.root = root;
        (self.tree, self.notes)
    }

    fn push(&mut self, span: Span, data: Data, style: Style) -> NodeId {
        self.tree.nodes.push(NodeData { span, parent: NO_PARENT, data, style, aliased: false });
        NodeId(self.tree.nodes.len() as u32 - 1)
    }

    /// A scalar that resolved to something else than a string.
    pub(crate) fn scalar(&mut self, span: Span, value: Resolved) -> NodeId {
        let data = match value {
            Resolved::Null => Data::Null,
            Resolved::Bool(b) => Data::Bool(b),
            Resolved::Int(i) => Data::Int(i),
            Resolved::UInt(u) => Data::UInt(u),
            Resolved::Float(f) => Data::Float(f),
            Resolved::String | Resolved::Merge => Data::String(Text::in_source(span.start as usize, span.end as usize)),
        };
        let id = self.push(span, data, Style::Plain);
        if value == Resolved::Merge {
            self.merge_keys.push(id);
        }
        id
    }

    /// A string whose text is a slice of the source.
    pub(crate) fn slice(&mut self, span: Span, start: usize, end: usize, style: Style) -> NodeId {
        self.push(span, Data::String(Text::in_source(start, end)), style)
    }

    /// A string that had to be decoded (escapes, folding).
    pub(crate) fn decoded(&mut self, span: Span, value: &str, style: Style) -> NodeId {
        let text = self.side(value);
        self.push(span, Data::String(text), style)
    }

    fn side(&mut self, value: &str) -> Text {
        let start = self.tree.side.len();
        self.tree.side.push_str(value);
        Text::in_side(start, self.tree.side.len())
    }

    pub(crate) fn comment(&mut self, comment: Comment) {
        self.tree.comments.push(comment);
    }

    pub(crate) fn anchor(&mut self, node: NodeId, name: Span) {
        self.tree.anchors.push((node, name));
    }

    /// Closes a sequence over `items`.
    pub(crate) fn sequence(&mut self, span: Span, items: &[NodeId], style: Style) -> NodeId {
        let first = self.tree.items.len() as u32;
        self.tree.items.extend_from_slice(items);
        let id = self.push(span, Data::Sequence { first, len: items.len() as u32 }, style);
        for item in items {
            self.tree.nodes[item.0 as usize].parent = id.0;
        }
        id
    }

    /// Closes a mapping over keys and values in turn.
    ///
    /// # Errors
    /// A key that JSON cannot have (null, a list, a map, an integer above `i64`), or a merge of what is no map.
    pub(crate) fn mapping(&mut self, span: Span, pairs: &[NodeId], style: Style) -> Result<NodeId, SyntaxError> {
        let mut entries = Vec::with_capacity(pairs.len() / 2);
        for pair in pairs.chunks_exact(2) {
            let (key, value) = (pair[0], pair[1]);
            if self.merge_keys.contains(&key) {
                self.merge(key, value, &mut entries)?;
            } else {
                let name = self.key_name(key)?;
                entries.push(EntryData { key, value, name, state: EntryState::Effective, merged: false });
            }
        }
        self.mark_overruled(&mut entries);
        let first = self.tree.entries.len() as u32;
        let id = self.push(span, Data::Mapping { first, len: entries.len() as u32 }, style);
        for entry in &entries {
            self.tree.nodes[entry.key.0 as usize].parent = id.0;
            self.tree.nodes[entry.value.0 as usize].parent = id.0;
        }
        self.tree.entries.extend(entries);
        Ok(id)
    }

    fn view(&self, id: NodeId) -> Node<'_> {
        self.tree.node(id)
    }

    fn key_name(&mut self, key: NodeId) -> Result<Text, SyntaxError> {
        let data = self.tree.nodes[key.0 as usize];
        let name = match data.data {
            Data::String(text) => return Ok(text),
            Data::Bool(b) => {
                self.note(NoteKind::BooleanKey, data.span, None);
                if b { "true".to_owned() } else { "false".to_owned() }
            }
            Data::Int(i) => i.to_string(),
            Data::Float(f) => resolve::float_key(f),
            Data::Null | Data::UInt(_) | Data::Sequence { .. } | Data::Mapping { .. } => {
                let what = match data.data {
                    Data::UInt(_) => "an integer above the 64-bit range",
                    _ => self.view(key).describe(),
                };
                let message = format!("{what} cannot be a key: JSON keys are strings");
                return Err(SyntaxError::new(message, data.span));
            }
        };
        Ok(self.side(&name))
    }

    fn note(&mut self, kind: NoteKind, span: Span, related: Option<Span>) {
        self.notes.push(Note { kind, span, related });
    }

    /// Later entries overrule earlier ones of the same name, in place.
    fn mark_overruled(&mut self, entries: &mut [EntryData]) {
        let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
        let mut clashes = Vec::new();
        for index in 0..entries.len() {
            let name = self.tree.str(entries[index].name);
            let earlier = if entries.len() <= 8 {
                entries[..index].iter().rposition(|e| self.tree.str(e.name) == name)
            } else {
                seen.insert(name, index)
            };
            if let Some(earlier) = earlier {
                clashes.push((earlier, index));
            }
        }
        for (earlier, later) in clashes {
            entries[earlier].state = EntryState::Overruled;
            let span = |e: &EntryData| self.tree.nodes[e.key.0 as usize].span;
            let kind = self.clash_kind(&entries[earlier], &entries[later]);
            let (first, second) = (span(&entries[earlier]), span(&entries[later]));
            self.note(kind, second, Some(first));
        }
    }

    fn clash_kind(&self, earlier: &EntryData, later: &EntryData) -> NoteKind {
        let discriminant = |e: &EntryData| std::mem::discriminant(&self.tree.nodes[e.key.0 as usize].data);
        if earlier.merged || later.merged {
            NoteKind::MergeOverride
        } else if discriminant(earlier) == discriminant(later) {
            NoteKind::DuplicateKey
        } else {
            NoteKind::AmbiguousKey
        }
    }

    /// Puts the entries of `value` (a map, or a list of maps, of which earlier ones win) where the `<<` stands.
    fn merge(&mut self, key: NodeId, value: NodeId, entries: &mut Vec<EntryData>) -> Result<(), SyntaxError> {
        let span = self.tree.nodes[key.0 as usize].span;
        let wrong = || SyntaxError::new("a merge key `<<` takes a map or a list of maps", span);
        match self.tree.nodes[value.0 as usize].data {
            Data::Mapping { first, len } => self.merge_map(first, len, entries),
            Data::Sequence { first, len } => {
                for index in (first..first + len).rev() {
                    let item = self.tree.items[index as usize];
                    let Data::Mapping { first, len } = self.tree.nodes[item.0 as usize].data else {
                        return Err(wrong());
                    };
                    self.merge_map(first, len, entries);
                }
            }
            _ => return Err(wrong()),
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

    /// A copy of an anchored node, for an alias.
    ///
    /// # Errors
    /// When aliases would make the document grow beyond our bound.
    pub(crate) fn copy(&mut self, id: NodeId, alias: Span) -> Result<NodeId, SyntaxError> {
        let first_new = self.tree.nodes.len();
        let copy = self.copy_node(id);
        // Work list instead of recursion: a document may be 10,000 levels deep.
        let mut work = vec![copy];
        while let Some(at) = work.pop() {
            self.copied += 1;
            if self.copied > MAX_COPIED_NODES {
                return Err(SyntaxError::new("document contains excessive aliasing", alias));
            }
            self.copy_children(at, &mut work);
        }
        for node in &mut self.tree.nodes[first_new..] {
            node.aliased = true;
        }
        Ok(copy)
    }

    fn copy_node(&mut self, id: NodeId) -> NodeId {
        let data = self.tree.nodes[id.0 as usize];
        self.tree.nodes.push(data);
        NodeId(self.tree.nodes.len() as u32 - 1)
    }

    fn copy_children(&mut self, at: NodeId, work: &mut Vec<NodeId>) {
        match self.tree.nodes[at.0 as usize].data {
            Data::Sequence { first, len } => {
                let start = self.tree.items.len() as u32;
                for index in first..first + len {
                    let copy = self.copy_node(self.tree.items[index as usize]);
                    self.tree.nodes[copy.0 as usize].parent = at.0;
                    self.tree.items.push(copy);
                    work.push(copy);
                }
                self.tree.nodes[at.0 as usize].data = Data::Sequence { first: start, len };
            }
            Data::Mapping { first, len } => {
                let start = self.tree.entries.len() as u32;
                for index in first..first + len {
                    let entry = self.tree.entries[index as usize];
                    let (key, value) = (self.copy_node(entry.key), self.copy_node(entry.value));
                    for id in [key, value] {
                        self.tree.nodes[id.0 as usize].parent = at.0;
                        work.push(id);
                    }
                    self.tree.entries.push(EntryData { key, value, ..entry });
                }
                self.tree.nodes[at.0 as usize].data = Data::Mapping { first: start, len };
            }
            _ => {}
        }
    }
}
