//! What begins behind a comment.
//!
//! In: the root of a document, and offsets in its text. Out: the outermost entry or item that begins behind an offset. Each
//! collection is gone through once, however many comments ask for what follows them.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use crate::source::Span;
use crate::yaml::{Node, NodeId};

/// The collections of a document that were looked at.
pub(super) struct Outline<'t> {
    root: Node<'t>,
    parts: RefCell<FxHashMap<NodeId, Parts<'t>>>,
}

/// The entries or items of a collection.
struct Parts<'t> {
    list: Vec<(Span, Node<'t>)>,
    /// Each begins behind the end of the one before, as it does where no alias or merge key is used.
    in_order: bool,
}

impl<'t> Outline<'t> {
    pub(super) fn new(root: Node<'t>) -> Self {
        Self { root, parts: RefCell::default() }
    }

    /// The document's root.
    pub(super) fn root(&self) -> Node<'t> {
        self.root
    }

    /// The outermost entry or item that begins behind `after`, with all that is in it.
    pub(super) fn next_entry(&self, after: u32) -> Option<Span> {
        let mut best: Option<Span> = None;
        let mut at = self.root;
        let mut parts = self.parts.borrow_mut();
        loop {
            let (next, around) = parts.entry(at.id()).or_insert_with(|| Parts::of(at)).near(after);
            if let Some(span) = next.filter(|span| best.is_none_or(|best| span.start < best.start)) {
                best = Some(span);
            }
            // What begins before the comment and ends behind it holds something nearer.
            match around {
                Some(inner) => at = inner,
                None => return best,
            }
        }
    }
}

impl<'t> Parts<'t> {
    fn of(node: Node<'t>) -> Self {
        let list: Vec<(Span, Node<'t>)> = if node.is_mapping() {
            node.all_entries()
                .map(|entry| (entry.key.span().to(full(entry.value, entry.key.span())), entry.value))
                .collect()
        } else {
            node.items().map(|item| (item.span(), item)).collect()
        };
        let in_order = list.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start);
        Self { list, in_order }
    }

    /// The first part behind an offset, and the one around it.
    fn near(&self, after: u32) -> (Option<Span>, Option<Node<'t>>) {
        let holds = |(span, _): &&(Span, Node<'t>)| span.start < after && after < span.end;
        let (next, around) = if self.in_order {
            let at = self.list.partition_point(|(span, _)| span.start < after);
            (self.list.get(at), self.list[..at].last().filter(holds))
        } else {
            (self.list.iter().find(|(span, _)| span.start >= after), self.list.iter().rfind(holds))
        };
        (next.map(|(span, _)| *span), around.map(|(_, node)| *node))
    }
}

/// A value's span; where a value stands elsewhere (an alias) or nowhere, the key's.
fn full(value: Node<'_>, key: Span) -> Span {
    let span = value.span();
    if value.is_aliased() || span.start < key.start { key } else { span }
}
