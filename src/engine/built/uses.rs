//! Which lines a root uses.
//!
//! In: the roots that were built, the documents of one. Out: whether a source is part of any; whether any of a root's nodes was
//! written in a span.

use std::sync::OnceLock;

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
pub(super) struct Uses(OnceLock<Vec<(SourceId, u32)>>);

impl Uses {
    /// Whether a node begins in a span.
    pub(super) fn any_in(&self, span: Span, documents: &[Document]) -> bool {
        let all = self.0.get_or_init(|| {
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
}
