//! What was found out about lists of a tree, kept for the next who asks.
//!
//! In: a list, and how to number its items. Out: the numbers. They depend on the list alone, so that it does not matter which
//! thread asked first.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use super::tree::NodeId;

/// A number for each item of a list, or none.
pub(crate) type Numbers = Arc<[Option<u32>]>;

/// The numbers known; empty in most trees.
#[derive(Debug, Default, Clone)]
pub(crate) struct Known(OnceLock<Arc<Mutex<FxHashMap<NodeId, Numbers>>>>);

impl Known {
    /// The numbers of a list's items: those known, or made now.
    pub(crate) fn numbers(&self, list: NodeId, make: impl FnOnce() -> Numbers) -> Numbers {
        let known = || self.0.get_or_init(Arc::default).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(numbers) = known().get(&list) {
            return numbers.clone();
        }
        let numbers = make();
        known().entry(list).or_insert(numbers).clone()
    }
}
