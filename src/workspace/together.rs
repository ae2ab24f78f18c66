//! Whether anything of some kind is applied together with an object.
//!
//! In: an [`ApplySet`]. Out: for objects whose namespace is unknown, whether the set holds such objects in the same file, the
//! same directory or under the same kustomization, from tables made when a kind is first asked for.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::source::SourceId;

use super::memo::Memo;
use super::{ApplySet, Item, Surroundings};

/// Which objects are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Those of a group and kind.
    Kind(&'static str, &'static str),
    /// Of these, those whose namespace is unknown.
    Unplaced(&'static str, &'static str),
    /// Services and workloads.
    Served,
}

#[derive(Debug, Default)]
pub(super) struct Together<'t>(Memo<Sort, Arc<Places<'t>>>);

/// Where objects of one sort are.
#[derive(Debug, Default)]
struct Places<'t> {
    sources: FxHashSet<SourceId>,
    /// Of those that no kustomization takes in.
    directories: FxHashSet<String>,
    /// Of the kustomizations that take in the others.
    units: FxHashSet<&'t str>,
    /// What was found for others that kustomizations take in, by what is around them.
    known: Memo<usize, bool>,
}

impl<'t> ApplySet<'t> {
    /// Whether an object of that sort is sure to be applied together with an item.
    pub fn is_applied_with(&self, sort: Sort, item: &Item<'t>) -> bool {
        let places = self.places_of(sort);
        if places.sources.contains(&item.written_in()) {
            return true;
        }
        if item.surroundings.taken_in_by.is_empty() {
            return self.layout().directory(item.written_in()).is_some_and(|own| places.directories.contains(own));
        }
        let around = std::ptr::from_ref(item.surroundings) as usize;
        places.known.get(around, || self.units(item).iter().any(|unit| places.units.contains(unit)))
    }

    fn places_of(&self, sort: Sort) -> Arc<Places<'t>> {
        self.together.0.get(sort, || Arc::new(self.find_places(sort)))
    }

    fn find_places(&self, sort: Sort) -> Places<'t> {
        let mut places = Places::default();
        let mut seen: FxHashSet<*const Surroundings> = FxHashSet::default();
        match sort {
            Sort::Kind(group, kind) => {
                self.of_kind(group, kind).for_each(|item| places.add(self, item, &mut seen));
            }
            Sort::Unplaced(group, kind) => {
                self.of_kind_in(group, kind, None).for_each(|item| places.add(self, item, &mut seen));
            }
            Sort::Served => {
                let served = self.of_kind("", "Service").chain(self.workloads().map(|(item, _)| item));
                served.for_each(|item| places.add(self, item, &mut seen));
            }
        }
        places
    }
}

impl<'t> Places<'t> {
    fn add(&mut self, set: &ApplySet<'t>, item: &Item<'t>, seen: &mut FxHashSet<*const Surroundings>) {
        let new = self.sources.insert(item.written_in());
        if item.surroundings.taken_in_by.is_empty() {
            let directory = set.layout().directory(item.written_in()).filter(|_| new);
            self.directories.extend(directory.map(str::to_owned));
        } else if seen.insert(item.surroundings) {
            self.units.extend(set.takers(item));
        }
    }
}
