//! The entries of large maps by their names.
//!
//! In: a tree. Out: for a map with more entries than [`LARGE`] and a key, the entry that counts, without a look at all the
//! others. One table for all large maps of a tree, made at the first question.

use std::hash::{BuildHasher, RandomState};

use super::arena::{Data, EntryData};
use super::tree::{EntryState, NodeId, Tree};

/// Maps of up to this many entries are searched from the first to the last, which is quicker there.
pub(crate) const LARGE: u32 = 64;

/// A table with open addressing. Its hash is keyed: no text can be written against it.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    state: RandomState,
    /// The map and 1 + the index of the entry in the tree; 0 where free.
    slots: Vec<(NodeId, u32)>,
}

impl Names {
    /// The table of a tree.
    pub(crate) fn new(tree: &Tree) -> Self {
        let ranges = tree.nodes.iter().zip(0..).filter_map(|(node, id)| match node.data {
            Data::Mapping { first, len } if len > LARGE => Some((NodeId(id), first..first + len)),
            _ => None,
        });
        let ranges: Vec<_> = ranges.collect();
        let count: usize = ranges.iter().map(|(_, range)| range.len()).sum();
        let slots = vec![(NodeId(0), 0); (count * 2).next_power_of_two()];
        let mut names = Self { state: RandomState::new(), slots };
        for (map, range) in ranges {
            for index in range {
                names.insert(tree, map, index);
            }
        }
        names
    }

    fn insert(&mut self, tree: &Tree, map: NodeId, index: u32) {
        let entry = &tree.entries[index as usize];
        if entry.state != EntryState::Effective {
            return;
        }
        let mut slot = self.slot(map, tree.str(entry.name));
        while self.slots[slot].1 != 0 {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        self.slots[slot] = (map, index + 1);
    }

    /// The entry of a large map that counts for a key.
    pub(crate) fn find<'t>(&self, tree: &'t Tree, map: NodeId, key: &str) -> Option<&'t EntryData> {
        let mut slot = self.slot(map, key);
        loop {
            let (owner, index) = self.slots[slot];
            let entry = &tree.entries[index.checked_sub(1)? as usize];
            if owner == map && tree.str(entry.name) == key {
                return Some(entry);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn slot(&self, map: NodeId, name: &str) -> usize {
        self.state.hash_one((map.0, name)) as usize & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{Source, SourceId};
    use crate::yaml::{Limits, read};

    /// Two large maps of the same keys, of which each stands twice: the second counts.
    #[test]
    fn keys_of_large_maps_are_found() {
        let map = |what: &str| (0..400).map(|i| format!("  k{}: {what}{i}\n", i % 200)).collect::<String>();
        let text = format!("a:\n{}b:\n{}", map("a"), map("b"));
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = read(&source, &Limits::default());
        let root = documents[0].tree.as_ref().expect("a tree").root();
        for i in 0..200 {
            let key = format!("k{i}");
            let at = |map: &str| root.get(map).and_then(|map| map.str_at(&key)).map(str::to_owned);
            assert_eq!((at("a"), at("b")), (Some(format!("a{}", i + 200)), Some(format!("b{}", i + 200))));
        }
        assert_eq!(root.get("a").and_then(|map| map.get("k200")), None);
    }
}
