//! Anchors, and go-yaml's bound on what aliases may multiply.
//!
//! In: anchored nodes and the count of all nodes. Out: what an alias stands for, or that there are too many. go-yaml
//! counts each decoded node, those below aliases again, and allows 99 % of them to come from aliases in small documents,
//! less in large ones. It counts a text of a megabyte as one node: such texts have a bound of our own, far above what the
//! server takes in one request, since whoever looks at the document looks at each of them.

use std::collections::HashMap;

use crate::yaml::tree::NodeId;

/// Up to this count the ratio of copies may be 0.99.
const LOW: u64 = 400_000;
/// From this count on it may be 0.10.
const HIGH: u64 = 4_000_000;

/// So many bytes of text may aliases add to a document of any size.
const FEW: usize = 1 << 20;
/// And so many times its own size.
const TIMES: usize = 16;

/// The bytes of text that aliases may add to a document of a size.
pub(super) fn most_text(size: usize) -> usize {
    FEW + TIMES * size
}

struct Anchor {
    node: NodeId,
    /// Its node is not complete yet.
    open: bool,
    /// Nodes counted before its own.
    before: u64,
    /// Nodes it stands for.
    weight: u64,
}

/// The anchors of a document.
#[derive(Default)]
pub(crate) struct Anchors<'t> {
    names: HashMap<&'t str, usize>,
    list: Vec<Anchor>,
    decoded: u64,
    copied: u64,
    /// Bytes of text that aliases stood for.
    text: usize,
}

/// What an alias stands for.
pub(crate) enum Target {
    /// No anchor of that name.
    Unknown,
    /// A collection that the alias lies in.
    Around,
    /// A node, by its anchor's index.
    Node(NodeId, usize),
}

impl<'t> Anchors<'t> {
    /// Counts a node; gives whether that is still allowed.
    #[inline]
    pub(crate) fn count(&mut self) -> bool {
        self.decoded += 1;
        self.copied <= 100 || self.allowed()
    }

    /// Takes back the count of a merge key, which is not decoded.
    pub(crate) fn uncount(&mut self) {
        self.decoded -= 1;
    }

    /// Makes an anchor known; its node has been counted. Gives 1 + its index.
    pub(crate) fn define(&mut self, name: &'t str, node: NodeId, open: bool) -> u32 {
        self.list.push(Anchor { node, open, before: self.decoded - 1, weight: 1 });
        self.names.insert(name, self.list.len() - 1);
        self.list.len() as u32
    }

    /// The node of the anchor is complete.
    pub(crate) fn close(&mut self, number: u32) {
        if let Some(anchor) = (number as usize).checked_sub(1).and_then(|index| self.list.get_mut(index)) {
            anchor.open = false;
            anchor.weight = self.decoded - anchor.before;
        }
    }

    /// Looks a name up.
    pub(crate) fn find(&self, name: &str) -> Target {
        match self.names.get(name) {
            None => Target::Unknown,
            Some(&index) if self.list[index].open => Target::Around,
            Some(&index) => Target::Node(self.list[index].node, index),
        }
    }

    /// Counts what an alias to that anchor adds; gives whether that is still allowed.
    pub(crate) fn count_copy(&mut self, index: usize) -> bool {
        let weight = self.list[index].weight;
        self.decoded += 1 + weight;
        self.copied += weight;
        self.allowed()
    }

    /// Counts text that an alias stands for; gives how much there is now.
    pub(crate) fn count_text(&mut self, bytes: usize) -> usize {
        self.text += bytes;
        self.text
    }

    fn allowed(&self) -> bool {
        let (decoded, copied) = (self.decoded + 1, self.copied);
        if copied <= 100 || decoded <= 1000 {
            return true;
        }
        let share = match decoded {
            0..=LOW => 0.99,
            HIGH.. => 0.10,
            _ => 0.99 - 0.89 * ((decoded - LOW) as f64 / (HIGH - LOW) as f64),
        };
        copied as f64 / decoded as f64 <= share
    }
}
