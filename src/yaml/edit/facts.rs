//! What edits ask about a whole tree, found once for all of them.
//!
//! In: a tree. Out: which of its nodes have an anchor, where the names of anchors stand, and which maps are written in a way
//! that no entry of them is edited.

use rustc_hash::FxHashSet;

use crate::source::Span;
use crate::yaml::arena::Data;
use crate::yaml::tree::{EntryState, Node, NodeId, Style, Tree};

impl Tree {
    /// What edits ask about it; found at the first edit.
    pub(super) fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| Box::new(Facts::of(self)))
    }
}

/// What is found.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    anchored: FxHashSet<NodeId>,
    /// Where the names of anchors begin, in order.
    names: Vec<u32>,
    /// Maps with keys that clash, come by a merge key, or do not stand right before their colon.
    intricate: FxHashSet<NodeId>,
}

impl Facts {
    /// Looks at every node of a tree.
    fn of(tree: &Tree) -> Self {
        let mut names: Vec<u32> = tree.anchors().iter().map(|(_, name)| name.start).collect();
        names.sort_unstable();
        let nodes = tree.nodes.iter().enumerate().filter(|(_, node)| matches!(node.data, Data::Mapping { .. }));
        let maps = nodes.map(|(index, _)| tree.node(NodeId(index as u32)));
        Self {
            anchored: tree.anchors().iter().map(|(node, _)| *node).collect(),
            names,
            intricate: maps.filter(|map| !is_simple(*map)).map(Node::id).collect(),
        }
    }

    /// Whether a node has an anchor.
    pub(super) fn is_anchored(&self, node: Node<'_>) -> bool {
        self.anchored.contains(&node.id())
    }

    /// Whether the name of an anchor begins in a span.
    pub(super) fn has_anchor_in(&self, span: Span) -> bool {
        let next = self.names.partition_point(|&start| start < span.start);
        self.names.get(next).is_some_and(|&start| start < span.end)
    }

    /// Whether entries of a map can be edited one by one: plain keys right before their colons, no two of one name.
    pub(super) fn is_simple(&self, map: Node<'_>) -> bool {
        map.is_mapping() && !self.intricate.contains(&map.id())
    }
}

fn is_simple(map: Node<'_>) -> bool {
    let text = &*map.tree().text;
    map.all_entries().all(|entry| {
        let end = entry.key.span().end as usize;
        let rest = text.get(end..).unwrap_or("").trim_start_matches([' ', '\t']);
        !entry.merged && entry.state == EntryState::Effective && (rest.starts_with(':') || map.style() == Style::Flow)
    })
}
