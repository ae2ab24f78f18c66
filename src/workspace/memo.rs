//! Answers that are worked out once, whoever asks first.
//!
//! In: a question as a key, and how to answer it. Out: the answer. It depends on the question alone, so that it does not
//! matter which thread asked, nor that two may answer at once.

use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::gitops::argocd::project::Destinations;
use crate::source::SourceId;
use crate::yaml::{Node, NodeId};

use super::ApplySet;

#[derive(Debug)]
pub(super) struct Memo<K, V>(Mutex<FxHashMap<K, V>>);

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The answer known, or made now.
    pub fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = known().get(&key) {
            return value.clone();
        }
        let value = make();
        known().entry(key).or_insert(value).clone()
    }
}

/// What rules want to have worked out once for many objects.
#[derive(Debug, Default)]
pub(super) struct Answers {
    items: Memo<String, Option<u32>>,
    sums: Memo<String, f64>,
    names: Memo<String, Option<Arc<[String]>>>,
    destinations: Memo<(SourceId, u32, NodeId), Arc<Destinations>>,
}

impl ApplySet<'_> {
    /// The number of an item that answers a question, found once. The question has to name the rule and all that the answer
    /// depends on.
    pub fn remember_item(&self, question: String, find: impl FnOnce() -> Option<u32>) -> Option<u32> {
        self.answers.items.get(question, find)
    }

    /// Names that answer a question, found once.
    pub fn remember_names(
        &self,
        question: String,
        find: impl FnOnce() -> Option<Arc<[String]>>,
    ) -> Option<Arc<[String]>> {
        self.answers.names.get(question, find)
    }

    /// The destinations that a project (its spec) permits, sorted once.
    pub fn remember_destinations(&self, spec: Node<'_>, sort: impl FnOnce() -> Destinations) -> Arc<Destinations> {
        let span = spec.span();
        self.whole().answers.destinations.get((span.source, span.start, spec.id()), || Arc::new(sort()))
    }

    /// A sum that answers a question, worked out once.
    pub fn remember_sum(&self, question: String, sum: impl FnOnce() -> f64) -> f64 {
        self.answers.sums.get(question, sum)
    }
}
