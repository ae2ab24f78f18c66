//! Finding keys of the same name in one map.
//!
//! In: the entries of a map that is being closed. Out: pairs of an entry and the later one that overrules it, in the
//! order of the later ones. Small maps are compared pairwise, large ones through a table that is kept from map to map.

use std::hash::{BuildHasher, Hasher, RandomState};

use rustc_hash::FxHasher;

use super::arena::EntryData;
use super::tree::Tree;

/// Maps of up to this many entries are compared pairwise.
const SMALL: usize = 8;

/// From this many entries on a keyed hash is used, which no text can be written against.
const HUGE: usize = 1000;

/// The table and the pairs found last.
#[derive(Default)]
pub(crate) struct Clashes {
    /// Open addressing: 1 + index of the latest entry of that name, 0 where free.
    slots: Vec<u32>,
    pairs: Vec<(u32, u32)>,
    keyed: Option<RandomState>,
}

impl Clashes {
    /// Looks for clashes; gives how many there are.
    #[inline]
    pub(crate) fn find(&mut self, tree: &Tree, entries: &[EntryData]) -> usize {
        self.pairs.clear();
        if entries.len() <= SMALL {
            self.find_small(tree, entries);
        } else {
            self.find_large(tree, entries);
        }
        self.pairs.len()
    }

    /// A pair found by the last search: the earlier and the later entry's index.
    pub(crate) fn pair(&self, at: usize) -> (usize, usize) {
        (self.pairs[at].0 as usize, self.pairs[at].1 as usize)
    }

    fn find_small(&mut self, tree: &Tree, entries: &[EntryData]) {
        let mut names = [""; SMALL];
        for (later, entry) in entries.iter().enumerate() {
            let name = tree.str(entry.name);
            if let Some(earlier) = names[..later].iter().rposition(|known| *known == name) {
                self.pairs.push((earlier as u32, later as u32));
            }
            names[later] = name;
        }
    }

    fn find_large(&mut self, tree: &Tree, entries: &[EntryData]) {
        let size = (entries.len() * 2).next_power_of_two();
        self.slots.clear();
        self.slots.resize(size, 0);
        if entries.len() >= HUGE {
            self.keyed.get_or_insert_default();
        }
        for (later, entry) in entries.iter().enumerate() {
            let name = tree.str(entry.name);
            let mut slot = self.hash(name, entries.len()) & (size - 1);
            while self.slots[slot] != 0 && tree.str(entries[self.slots[slot] as usize - 1].name) != name {
                slot = (slot + 1) & (size - 1);
            }
            if self.slots[slot] != 0 {
                self.pairs.push((self.slots[slot] - 1, later as u32));
            }
            self.slots[slot] = later as u32 + 1;
        }
    }

    fn hash(&self, name: &str, count: usize) -> usize {
        let hash = match &self.keyed {
            Some(state) if count >= HUGE => state.hash_one(name),
            _ => {
                let mut hasher = FxHasher::default();
                hasher.write(name.as_bytes());
                hasher.finish()
            }
        };
        // The table takes low bits; Fx mixes into the high ones.
        (hash ^ (hash >> 32)) as usize
    }
}
