//! A tree without what nobody will ask for.
//!
//! In: a tree, and which of its lists and maps are to be emptied. Out: a tree of what is left. It holds its strings itself and
//! not the text it was read from, so that the text can be let go: spans are as they were, what was written there
//! ([`Node::raw`]) is empty, and comments and anchors are gone.

use std::sync::{Arc, OnceLock};

use crate::source::SourceId;

use super::arena::{Data, EntryData, NO_PARENT, NodeData, Text};
use super::tree::{Node, NodeId, Tree};

/// So many nodes are left of most trees, at most.
const USUAL: usize = 64;

impl Tree {
    /// What is left of the tree where some lists and maps are emptied, and strings of more than `longest` bytes; `is_emptied` is
    /// told how deep a node lies, the root at 0.
    pub fn cut(&self, longest: usize, is_emptied: impl Fn(Node<'_>, usize) -> bool) -> Tree {
        let mut cut = Cut { from: self, to: Tree::empty(self.source), longest };
        cut.to.nodes.reserve(self.nodes.len().min(USUAL));
        cut.to.entries.reserve(self.entries.len().min(USUAL / 2));
        cut.to.side.reserve(self.text.len().min(16 * USUAL));
        let root = cut.copy(self.root(), NO_PARENT);
        cut.to.root = root;
        // Work list instead of recursion: a document may be 10,000 levels deep.
        let mut work = vec![(self.root(), root, 0)];
        while let Some((node, copy, depth)) = work.pop() {
            if !is_emptied(node, depth) {
                cut.children(node, copy, |child, copy| work.push((child, copy, depth + 1)));
            }
        }
        let mut tree = cut.to;
        tree.nodes.shrink_to_fit();
        tree.items.shrink_to_fit();
        tree.entries.shrink_to_fit();
        tree.side.shrink_to_fit();
        tree
    }

    /// A tree of no nodes, which holds no text either.
    pub(super) fn empty(source: SourceId) -> Tree {
        Tree {
            text: Arc::default(),
            source,
            side: String::new(),
            nodes: Vec::new(),
            items: Vec::new(),
            entries: Vec::new(),
            comments: Vec::new(),
            anchors: Vec::new(),
            root: NodeId(0),
            // No edit is made where this holds: there is no text to be edited.
            odd_breaks: OnceLock::from(true),
            names: OnceLock::new(),
            facts: OnceLock::new(),
            known: Default::default(),
            note: Box::default(),
            built: None,
        }
    }

    /// The same tree with something written down of the parts that are gone.
    pub fn with_note(self, note: String) -> Tree {
        Tree { note: note.into_boxed_str(), ..self }
    }

    /// What was written down of the parts that are gone; nothing where all of it is here.
    pub fn note(&self) -> Option<&str> {
        (!self.note.is_empty()).then_some(&*self.note)
    }
}

struct Cut<'f> {
    from: &'f Tree,
    to: Tree,
    longest: usize,
}

impl<'f> Cut<'f> {
    /// Copies a node; a list or a map is empty as yet.
    fn copy(&mut self, node: Node<'f>, parent: u32) -> NodeId {
        let own = self.from.nodes[node.id().0 as usize];
        let data = match own.data {
            Data::String(text) => Data::String(self.text(text)),
            Data::Sequence { .. } => Data::Sequence { first: 0, len: 0 },
            Data::Mapping { .. } => Data::Mapping { first: 0, len: 0 },
            plain => plain,
        };
        self.to.nodes.push(NodeData { parent, data, ..own });
        NodeId(self.to.nodes.len() as u32 - 1)
    }

    fn text(&mut self, text: Text) -> Text {
        let start = self.to.side.len();
        if text.len() <= self.longest {
            self.to.side.push_str(self.from.str(text));
        }
        Text::in_side(start, self.to.side.len())
    }

    /// Fills a list or a map; tells of each child and its copy.
    fn children(&mut self, node: Node<'f>, copy: NodeId, mut filled: impl FnMut(Node<'f>, NodeId)) {
        let data = match self.from.nodes[node.id().0 as usize].data {
            Data::Sequence { len, .. } => {
                let first = self.to.items.len() as u32;
                for item in node.items() {
                    let id = self.copy(item, copy.0);
                    self.to.items.push(id);
                    filled(item, id);
                }
                Data::Sequence { first, len }
            }
            Data::Mapping { first: from, len } => {
                let first = self.to.entries.len() as u32;
                for index in from..from + len {
                    let own = self.from.entries[index as usize];
                    let (key, value) = (self.from.node(own.key), self.from.node(own.value));
                    let entry = EntryData {
                        key: self.copy(key, copy.0),
                        value: self.copy(value, copy.0),
                        name: self.text(own.name),
                        ..own
                    };
                    self.to.entries.push(entry);
                    filled(value, entry.value);
                }
                Data::Mapping { first, len }
            }
            _ => return,
        };
        self.to.nodes[copy.0 as usize].data = data;
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read, to_json};

    #[test]
    fn what_is_left_is_found_as_before() {
        let text = "# a\nkind: List\na: &x {b: 1, c: [d, 2]}\ne: *x\na: {b: {f: 1}, \"g\\n\": h}\n";
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let tree = documents[0].tree.as_ref().expect("it parses");
        let cut = tree.cut(usize::MAX, |_, depth| depth > 1);
        assert_eq!(to_json(cut.root()), Ok(r#"{"kind":"List","e":{"b":1,"c":[]},"a":{"b":{},"g\n":"h"}}"#.to_owned()));
        let (node, own) = (cut.root().at(&["a", "b"]), tree.root().at(&["a", "b"]));
        assert_eq!(node.map(|node| node.span()), own.map(|node| node.span()));
        assert_eq!(node.and_then(|node| node.parent()?.entry()).map(|entry| entry.name), Some("a"));
        assert_eq!(cut.root().raw(), "");
    }

    #[test]
    fn long_strings_are_left_empty() {
        let text = "a: xxx\nb: xx\n";
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let cut = documents[0].tree.as_ref().expect("it parses").cut(2, |_, _| false);
        assert_eq!((cut.root().str_at("a"), cut.root().str_at("b")), (Some(""), Some("xx")));
    }
}
