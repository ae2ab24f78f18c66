//! Which lines a root uses.
//!
//! In: the roots that were built, the documents of one. Out: whether a source is part of any; whether any of a root's nodes was
//! written in a span, and how many a place makes.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::source::{SourceId, Span};
use crate::yaml::{Document, Node, Tree};

use super::Built;

impl Built {
    /// Whether a root was made of what stands in a source.
    pub(in super::super) fn reads(&self, source: SourceId) -> bool {
        self.claimed.contains(&source) || self.written.holds(source)
    }
}

/// Where the nodes of a root were written, sorted; found when first asked for.
#[derive(Debug, Default)]
pub(super) struct Uses {
    starts: OnceLock<Vec<(SourceId, u32)>>,
    makes: OnceLock<FxHashMap<Span, usize>>,
}

impl Uses {
    /// Whether a node begins in a span.
    pub(super) fn any_in(&self, span: Span, documents: &[Document]) -> bool {
        let all = self.starts.get_or_init(|| {
            let trees = documents.iter().filter_map(|document| document.tree.as_ref().ok());
            let mut all: Vec<_> =
                trees.flat_map(Tree::nodes).map(Node::span).map(|span| (span.source, span.start)).collect();
            all.sort_unstable();
            all.dedup();
            all
        });
        let from = all.partition_point(|place| *place < (span.source, span.start));
        all.get(from).is_some_and(|&(source, start)| source == span.source && start < span.end.max(span.start + 1))
    }

    /// How many nodes were made of a place, by itself or together with others.
    pub(super) fn count(&self, span: Span, documents: &[Document]) -> usize {
        let makes = self.makes.get_or_init(|| {
            let mut makes: FxHashMap<Span, usize> = FxHashMap::default();
            let trees = documents.iter().filter_map(|document| document.tree.as_ref().ok());
            for node in trees.flat_map(Tree::nodes) {
                let others = node.other_places().iter().map(|(span, _)| *span);
                others.chain([node.span()]).for_each(|span| *makes.entry(span).or_default() += 1);
            }
            makes
        });
        makes.get(&span).copied().unwrap_or_default()
    }
}
