//! A tree without what nobody will ask for.
//!
//! In: a tree, and which of its lists and maps are to be emptied. Out: a tree of what is left. It holds its strings itself and
//! not the text it was read from, so that the text can be let go: spans are as they were, what was written there
//! ([`Node::raw`]) is empty, and comments and anchors are gone.

use std::cell::Cell;
use std::sync::{Arc, OnceLock};

use crate::source::SourceId;

use super::arena::{Data, EntryData, NO_PARENT, NodeData, Text};
use super::tree::{Entry, Node, NodeId, Tree};

/// Trees of more nodes do not leave their lists behind: the next ones will hardly be as large.
const SMALL: usize = 1024;

thread_local! {
    /// A tree of no nodes with the lists of the last one that was cut on this thread.
    static SPARE: Cell<Option<Tree>> = const { Cell::new(None) };
}

impl Tree {
    /// What is left of the tree where some lists and maps are emptied, and strings of more than `longest` bytes; `is_emptied` is
    /// told how deep a node lies, the root at 0.
    pub fn cut(&self, longest: usize, is_emptied: impl Fn(Node<'_>, usize) -> bool) -> Tree {
        self.part(longest, is_emptied, |_| false)
    }

    /// The tree without some entries of its maps.
    pub fn without(&self, is_left_out: impl Fn(&Entry<'_>) -> bool) -> Tree {
        self.part(usize::MAX, |_, _| false, is_left_out)
    }

    fn part(
        &self,
        longest: usize,
        is_emptied: impl Fn(Node<'_>, usize) -> bool,
        is_left_out: impl Fn(&Entry<'_>) -> bool,
    ) -> Tree {
        let to = Tree { source: self.source, ..SPARE.take().unwrap_or_else(|| Tree::empty(self.source)) };
        let mut cut = Cut { from: self, to, longest, is_left_out };
        let root = cut.copy(self.root(), NO_PARENT);
        cut.to.root = root;
        // Work list instead of recursion: a document may be 10,000 levels deep.
        let mut work = vec![(self.root(), root, 0)];
        while let Some((node, copy, depth)) = work.pop() {
            if !is_emptied(node, depth) {
                cut.children(node, copy, |child, copy| work.push((child, copy, depth + 1)));
            }
        }
        finish(cut.to)
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

/// A tree no larger than it has to be; the lists of a small one are kept for the next.
fn finish(mut tree: Tree) -> Tree {
    if tree.nodes.len() > SMALL {
        tree.nodes.shrink_to_fit();
        tree.items.shrink_to_fit();
        tree.entries.shrink_to_fit();
        tree.side.shrink_to_fit();
        return tree;
    }
    let exact = tree.clone();
    tree.nodes.clear();
    tree.items.clear();
    tree.entries.clear();
    tree.side.clear();
    SPARE.set(Some(tree));
    exact
}

struct Cut<'f, L> {
    from: &'f Tree,
    to: Tree,
    longest: usize,
    is_left_out: L,
}

impl<'f, L: Fn(&Entry<'_>) -> bool> Cut<'f, L> {
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

    /// Copies an entry: mostly its name is the text of its key.
    fn entry(&mut self, own: EntryData, parent: u32) -> EntryData {
        let key = self.copy(self.from.node(own.key), parent);
        let value = self.copy(self.from.node(own.value), parent);
        let is_name = matches!(self.from.nodes[own.key.0 as usize].data, Data::String(text) if text == own.name);
        let name = match self.to.nodes[key.0 as usize].data {
            Data::String(text) if is_name => text,
            _ => self.text(own.name),
        };
        EntryData { key, value, name, ..own }
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
                    if (self.is_left_out)(&self.from.entry(&own)) {
                        continue;
                    }
                    let value = self.from.node(own.value);
                    let entry = self.entry(own, copy.0);
                    self.to.entries.push(entry);
                    filled(value, entry.value);
                }
                Data::Mapping { first, len: self.to.entries.len() as u32 - first }
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
    fn entries_are_left_out() {
        let text = "a: {x: 1, b: {x: {x: 2}}}\nx: z\nc: [{x: 3}, {d: ä}]\n";
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let tree = documents[0].tree.as_ref().expect("it parses");
        let rest = tree.without(|entry| entry.name == "x" && !entry.value.is_mapping());
        assert_eq!(to_json(rest.root()), Ok(r#"{"a":{"b":{"x":{}}},"c":[{},{"d":"ä"}]}"#.to_owned()));
        assert_eq!(rest.root().at(&["a", "b", "x"]).map(|node| node.len()), Some(0));
    }

    #[test]
    fn long_strings_are_left_empty() {
        let text = "a: xxx\nb: xx\n";
        let documents = read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default());
        let cut = documents[0].tree.as_ref().expect("it parses").cut(2, |_, _| false);
        assert_eq!((cut.root().str_at("a"), cut.root().str_at("b")), (Some(""), Some("xx")));
    }
}
