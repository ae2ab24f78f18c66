//! Whether anything of some kind is applied together with an object.
//!
//! In: an [`ApplySet`]. Out: for objects whose namespace is unknown, whether the set holds such objects in the same file, the
//! same directory or under the same kustomization, from tables made when a kind is first asked for.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::SourceId;

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
pub(super) struct Together<'t>(Mutex<FxHashMap<Sort, Arc<Places<'t>>>>);

/// Where objects of one sort are.
#[derive(Debug, Default)]
struct Places<'t> {
    sources: FxHashSet<SourceId>,
    /// Of those that no kustomization takes in.
    directories: FxHashSet<String>,
    /// Of the kustomizations that take in the others.
    units: FxHashSet<&'t str>,
    /// What was found for others that kustomizations take in, by what is around them.
    known: Mutex<FxHashMap<usize, bool>>,
}

impl<'t> ApplySet<'t> {
    /// Whether an object of that sort is sure to be applied together with an item.
    pub fn is_applied_with(&self, sort: Sort, item: &Item<'t>) -> bool {
        let places = self.places_of(sort);
        if places.sources.contains(&item.source) {
            return true;
        }
        if item.surroundings.taken_in_by.is_empty() {
            return self.layout.directory(item.source).is_some_and(|own| places.directories.contains(own));
        }
        let around = std::ptr::from_ref(item.surroundings) as usize;
        let lock = || places.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&around) {
            return *known;
        }
        let found = self.units(item).iter().any(|unit| places.units.contains(unit));
        lock().insert(around, found);
        found
    }

    fn places_of(&self, sort: Sort) -> Arc<Places<'t>> {
        let lock = || self.together.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&sort) {
            return known.clone();
        }
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
        lock().entry(sort).or_insert(Arc::new(places)).clone()
    }
}

impl<'t> Places<'t> {
    fn add(&mut self, set: &ApplySet<'t>, item: &Item<'t>, seen: &mut FxHashSet<*const Surroundings>) {
        let new = self.sources.insert(item.source);
        if item.surroundings.taken_in_by.is_empty() {
            let directory = set.layout.directory(item.source).filter(|_| new);
            self.directories.extend(directory.map(str::to_owned));
        } else if seen.insert(item.surroundings) {
            self.units.extend(set.units(item));
        }
    }
}
