//! Walks over the nodes of a tree.
//!
//! In: a tree. Out: its nodes, the values as somebody wrote them, and the keys, each in the order of the text.

use super::arena::Data;
use super::tree::{Node, NodeId, Tree};

impl Tree {
    /// All its nodes, keys included.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.len() as u32).map(|id| self.node(NodeId(id)))
    }

    /// The values as they were written: those of entries, then items of lists, then the root; none that a merge key brought in.
    pub fn written_values(&self) -> impl Iterator<Item = Node<'_>> {
        let values = self.entries.iter().filter(|entry| !entry.merged).map(|entry| entry.value);
        values.chain(self.items.iter().copied()).chain([self.root]).map(|id| self.node(id))
    }

    /// The keys of all entries, those that a merge key brought in included.
    pub fn keys(&self) -> impl Iterator<Item = Node<'_>> {
        self.entries.iter().map(|entry| self.node(entry.key))
    }
}

impl Node<'_> {
    /// Whether it is a string that does not stand in the source as it is: it had to be decoded, or put together of several lines.
    pub fn is_decoded(self) -> bool {
        matches!(self.tree().nodes[self.id().0 as usize].data, Data::String(text) if text.is_decoded())
    }
}
