//! Lists that the parser uses again.
//!
//! In: a parser that is done. Out: what it made, and its lists, empty, for the next one on the same thread. Most manifests are small: without
//! this a good part of reading them would be asking for memory.

use std::cell::Cell;

use super::Parser;
use super::state::Frame;
use crate::yaml::tree::{NodeId, Tree};
use crate::yaml::{Note, build};

/// Documents of more bytes do not leave their lists behind: the next ones will hardly be as large.
const LARGEST: usize = 1 << 20;

/// The lists.
#[derive(Default)]
pub(super) struct Spare {
    pub builder: build::Spare,
    pub frames: Vec<Frame>,
    pub pending: Vec<NodeId>,
}

thread_local! {
    static SPARE: Cell<Option<Spare>> = const { Cell::new(None) };
}

/// The lists that the last parser of this thread left; new ones for a large document.
pub(super) fn take(size: usize) -> Spare {
    if size > LARGEST {
        return Spare { builder: build::Spare::with_size(size), ..Spare::default() };
    }
    SPARE.take().unwrap_or_default()
}

/// Takes tree and notes out of a parser that is done, and keeps its lists.
pub(super) fn finish(parser: Parser<'_>, size: usize, root: NodeId) -> (Tree, Vec<Note>) {
    let Parser { out, mut frames, mut pending, .. } = parser;
    if size > LARGEST {
        return out.finish(root);
    }
    let (result, builder) = out.finish_and_reuse(root);
    frames.clear();
    pending.clear();
    SPARE.set(Some(Spare { builder, frames, pending }));
    result
}
