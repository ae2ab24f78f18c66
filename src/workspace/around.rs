//! What lies around a set in the repository.
//!
//! In: all objects of the repository, and how it divides into sets. Out: those that objects of one set may refer to without
//! being applied together with it: what stands in any set that is no alternative to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::source::SourceId;

use super::sets::{SetId, Sets};
use super::{ApplySet, Checkout, Item, Layout};

/// The repository as one of its sets sees it.
#[derive(Debug)]
pub struct Around<'t> {
    /// All objects, as if they were one set.
    pub all: Arc<ApplySet<'t>>,
    /// How they divide.
    pub sets: Arc<Sets>,
    /// The set that looks.
    pub set: SetId,
    /// What it has looked at, where that is asked for.
    pub seen: Option<Seen>,
}

/// The sources that a set has looked at beyond its own.
#[derive(Debug)]
pub struct Seen(Vec<AtomicU64>);

impl Seen {
    /// None yet, of so many.
    pub fn none_of(sources: usize) -> Self {
        Self((0..sources.div_ceil(64)).map(|_| AtomicU64::new(0)).collect())
    }

    fn add(&self, SourceId(source): SourceId) {
        let (bit, Some(word)) = (1 << (source % 64), self.0.get(source as usize / 64)) else { return };
        if word.load(Ordering::Relaxed) & bit == 0 {
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// Which they are.
    pub fn sources(&self) -> impl Iterator<Item = SourceId> {
        let words = self.0.iter().enumerate().map(|(at, word)| (at as u32, word.load(Ordering::Relaxed)));
        let bits =
            |(at, word): (u32, u64)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| at * 64 + bit);
        words.filter(|(_, word)| *word != 0).flat_map(bits).map(SourceId)
    }
}

impl<'t> Around<'t> {
    /// Whether an object is not of the set, but may be referred to.
    pub(super) fn sees(&self, item: &Item<'t>) -> bool {
        let source = item.source.0 as usize;
        let sees = !self.sets.holds(self.set, source) && self.sets.sees(self.set, source);
        if sees {
            self.note(item);
        }
        sees
    }

    /// Notes that the set looks at an object that is not its own: what it says of its own may depend on it.
    pub(super) fn note(&self, item: &Item<'t>) {
        if let Some(seen) = &self.seen {
            seen.add(item.source);
            seen.add(item.written_in());
        }
    }
}

impl<'t> ApplySet<'t> {
    /// What a look-up finds around the set.
    pub(super) fn beyond<'a, I>(
        &'a self,
        find: impl FnOnce(&'a ApplySet<'t>) -> I,
    ) -> impl Iterator<Item = &'a Item<'t>> + Clone
    where
        I: Iterator<Item = &'a Item<'t>> + Clone,
    {
        let around = self.around.as_ref();
        let found = around.map(|around| find(&around.all)).into_iter().flatten();
        found.filter(move |item| around.is_some_and(|around| around.sees(item)))
    }

    /// The set of all objects of the repository; this one, where there is no other.
    pub(super) fn whole(&self) -> &ApplySet<'t> {
        self.around.as_ref().map_or(self, |around| &around.all)
    }

    /// Whether some object of the repository has that kind and name, be it in another set or namespace.
    pub fn is_anywhere(&self, kind: &str, name: &str) -> bool {
        self.whole().own_named(kind, name, None).next().is_some()
    }

    /// Where the files of the repository lie.
    pub fn layout(&self) -> &Layout {
        &self.whole().layout
    }

    /// The git repository around, where it is known and something in the set speaks of it.
    pub fn checkout(&self) -> Option<&Checkout> {
        self.whole().checkout.as_ref()
    }

    /// All objects of a kind of a group, in any version: of the set, then those around it that may be referred to.
    pub fn known_of_kind<'a>(&'a self, group: &'a str, kind: &'a str) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.of_kind(group, kind).chain(self.beyond(move |all| all.of_kind(group, kind)))
    }

    /// Those of a kind that live in exactly that namespace, or whose namespace is unknown, too: of the set, then those
    /// around it.
    pub fn known_of_kind_in<'a>(
        &'a self,
        group: &'a str,
        kind: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        let around = self.beyond(move |all| all.of_kind_in(group, kind, namespace));
        self.of_kind_in(group, kind, namespace).chain(around)
    }

    /// The objects of that kind and name (in any group) that may live in that namespace: of the set, then those around it
    /// that may be referred to.
    pub fn named<'a>(
        &'a self,
        kind: &'a str,
        name: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.own_named(kind, name, namespace).chain(self.beyond(move |all| all.own_named(kind, name, namespace)))
    }
}
