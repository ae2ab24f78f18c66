//! What kustomizations that take each other in make of the files below them.
//!
//! In: the kustomizations, by directory. Out: for every file that some of them take in, its [`Surroundings`]. A file may be
//! reached in many ways, of which there can be more than anyone could follow: each kustomization is visited once, after all
//! that take it in, and the ways that lead to it are joined there. Where kustomizations take each other in, which kustomize
//! refuses, what closes the circle is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::workspace::{Patch, Surroundings};

use super::kustomize::Kustomization;

/// How many levels up a kustomization still counts as one that takes a file in.
const LEVELS: usize = 64;

/// What the kustomizations above pass down, joined over all ways.
#[derive(Debug, Default)]
struct Above<'k> {
    /// Their directories, the outermost first, and how many levels up each is.
    directories: Vec<(&'k str, usize)>,
    /// The namespaces that they set, on different ways different ones; three of them say as much as more.
    namespaces: Vec<Option<&'k str>>,
    renames: bool,
    altered: bool,
    /// A component is the outermost: whoever includes it may set any field.
    open: bool,
    /// The images that all ways set.
    images: Vec<&'k str>,
    selects: bool,
    labels: Vec<&'k (String, String)>,
    patches: Vec<&'k Arc<Patch>>,
}

pub(super) type ByDirectory = BTreeMap<String, Kustomization>;

/// What the kustomizations make of every file that they take in. Every file also gets the patches `for_all`.
pub(super) fn surroundings(
    kustomizations: &ByDirectory,
    for_all: &[Arc<Patch>],
) -> BTreeMap<String, Arc<Surroundings>> {
    // The directories that were visited, by number, and which of them take in a directory or file.
    let mut visited: Vec<Above<'_>> = Vec::new();
    let mut takers: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (directory, this) in outermost_first(kustomizations) {
        let ways = takers.get(directory).map_or(&[][..], Vec::as_slice);
        let here = match ways {
            [] => Above { namespaces: vec![None], ..Above::default() },
            _ => Above::join(ways.iter().map(|&way| &visited[way])),
        };
        visited.push(here.below(directory, this, kustomizations));
        for resource in &this.resources {
            let ways = takers.entry(resource).or_default();
            if ways.last() != Some(&(visited.len() - 1)) {
                ways.push(visited.len() - 1);
            }
        }
    }
    let mut shared: FxHashMap<&[usize], Arc<Surroundings>> = FxHashMap::default();
    let mut of_files = BTreeMap::new();
    for (name, ways) in takers.iter().filter(|(name, _)| !kustomizations.contains_key(**name)) {
        let found = shared
            .entry(ways)
            .or_insert_with(|| Arc::new(Above::join(ways.iter().map(|&way| &visited[way])).surroundings(for_all)));
        of_files.insert((*name).to_owned(), found.clone());
    }
    of_files
}

/// The kustomizations that no other takes in, in the order of their directories.
pub(super) fn roots(kustomizations: &ByDirectory) -> impl DoubleEndedIterator<Item = (&String, &Kustomization)> {
    let of_others = kustomizations.iter().flat_map(|(own, k)| k.resources.iter().filter(move |name| *name != own));
    let inner: FxHashSet<&String> = of_others.collect();
    kustomizations.iter().filter(move |(directory, _)| !inner.contains(directory))
}

/// A kustomization that is built, and all that it takes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its directory.
    pub directory: String,
    /// Its file.
    pub file: String,
    /// kustomize does not build it by itself: it is a component, or no kustomization at all.
    pub unbuilt: bool,
    /// The directories of the kustomizations that it takes in, its own first.
    pub directories: Vec<String>,
    /// The files that these speak of, kustomizations included.
    pub files: FxHashSet<String>,
}

/// The kustomizations that are built: those that no other takes in, and of those that take in each other, which kustomize
/// refuses, the first.
pub(super) fn plans(kustomizations: &ByDirectory) -> Vec<Plan> {
    let mut reached: FxHashSet<String> = FxHashSet::default();
    let mut plans = Vec::new();
    for (directory, this) in roots(kustomizations).chain(kustomizations) {
        // A root may be reached from another only where it takes itself in.
        if reached.contains(directory) {
            continue;
        }
        let plan = plan(directory, this, kustomizations);
        reached.extend(plan.directories.iter().cloned());
        plans.push(plan);
    }
    plans.sort_by(|a, b| a.directory.cmp(&b.directory));
    plans
}

fn plan(directory: &str, this: &Kustomization, kustomizations: &ByDirectory) -> Plan {
    let (mut directories, mut files) = (Vec::new(), FxHashSet::default());
    let (mut open, mut seen) = (vec![directory], FxHashSet::default());
    while let Some((directory, this)) = open.pop().and_then(|at| kustomizations.get_key_value(at)) {
        if !seen.insert(directory) {
            continue;
        }
        directories.push(directory.clone());
        files.extend([this.file.clone()]);
        files.extend(this.inputs.iter().cloned());
        files.extend(this.resources.iter().filter(|name| !kustomizations.contains_key(*name)).cloned());
        open.extend(this.resources.iter().rev().map(String::as_str).filter(|name| kustomizations.contains_key(*name)));
    }
    let unbuilt = this.component || this.foreign;
    Plan { directory: directory.to_owned(), file: this.file.clone(), unbuilt, directories, files }
}

/// The kustomizations that some root leads to, each behind all that take it in, else in the order in which they are named.
fn outermost_first(kustomizations: &ByDirectory) -> Vec<(&str, &Kustomization)> {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let mut done: Vec<(&str, &Kustomization)> = Vec::new();
    // Behind each other go those that are left last: so all is walked from the end.
    for (directory, this) in roots(kustomizations).rev() {
        let mut open = vec![(directory.as_str(), this, this.resources.len())];
        seen.insert(directory);
        while let Some((directory, this, left)) = open.pop() {
            let Some(next) = left.checked_sub(1) else {
                done.push((directory, this));
                continue;
            };
            open.push((directory, this, next));
            if let Some((name, inner)) = kustomizations.get_key_value(&this.resources[next])
                && seen.insert(name)
            {
                open.push((name, inner, inner.resources.len()));
            }
        }
    }
    done.reverse();
    done
}

impl<'k> Above<'k> {
    /// What holds over several ways.
    fn join<'a>(ways: impl Iterator<Item = &'a Above<'k>> + Clone) -> Self
    where
        'k: 'a,
    {
        let mut levels: FxHashMap<&str, usize> = FxHashMap::default();
        for (name, level) in ways.clone().flat_map(|way| &way.directories) {
            let known = levels.entry(name).or_insert(*level);
            *known = (*known).min(*level);
        }
        let names = unique(ways.clone().flat_map(|way| way.directories.iter().map(|(name, _)| *name)), |name| *name);
        let namespaces = unique(ways.clone().flat_map(|way| way.namespaces.iter().copied()), |name| *name);
        let count = ways.clone().count();
        let mut images: FxHashMap<&str, usize> = FxHashMap::default();
        for way in ways.clone() {
            unique(way.images.iter().copied(), |name| *name)
                .into_iter()
                .for_each(|name| *images.entry(name).or_default() += 1);
        }
        let first = ways.clone().next();
        let everywhere = first.into_iter().flat_map(|way| way.images.iter().copied());
        Self {
            directories: names.into_iter().map(|name| (name, levels[name])).collect(),
            namespaces: namespaces.into_iter().take(3).collect(),
            renames: ways.clone().any(|way| way.renames),
            altered: ways.clone().any(|way| way.altered),
            open: ways.clone().any(|way| way.open),
            images: everywhere.filter(|name| images[name] == count).collect(),
            selects: ways.clone().any(|way| way.selects),
            labels: unique(ways.clone().flat_map(|way| way.labels.iter().copied()), |label| *label),
            patches: unique(ways.flat_map(|way| way.patches.iter().copied()), |patch| Arc::as_ptr(patch)),
        }
    }

    /// What a kustomization passes down from above, with what it sets itself. The outermost namespace wins: it is set last.
    fn below(mut self, directory: &'k str, this: &'k Kustomization, all: &'k ByDirectory) -> Self {
        let own = this.namespace.as_deref();
        self.namespaces = unique(self.namespaces.into_iter().map(|above| above.or(own)), |name| *name);
        self.renames |= this.renames;
        self.altered |= this.altered;
        self.open |= this.component && self.directories.is_empty();
        self.directories.retain_mut(|(_, level)| {
            *level += 1;
            *level < LEVELS
        });
        self.directories.push((directory, 0));
        self.images.extend(this.images.iter().map(String::as_str));
        for part in this.components.iter().filter_map(|name| all.get(name)).chain([this]) {
            self.selects |= part.selects;
            self.labels.extend(&part.labels);
            self.patches.extend(&part.patches);
        }
        self
    }

    fn surroundings(&self, for_all: &[Arc<Patch>]) -> Surroundings {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Surroundings {
            namespace: self.namespaces.first().copied().flatten().map(str::to_owned),
            varies: self.namespaces.len() > 1,
            rendered: true,
            renames: self.renames,
            altered: self.altered,
            unknown: self.open,
            images: owned(&self.images),
            selects: self.selects,
            labels: self.labels.iter().map(|&label| label.clone()).collect(),
            patches: self.patches.iter().copied().chain(for_all).cloned().collect(),
            taken_in_by: self.directories.iter().map(|&(name, _)| name.into()).collect(),
            ..Surroundings::default()
        }
    }
}

/// Those of the values that differ, in the order in which they first come.
fn unique<T, K: Eq + std::hash::Hash>(values: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut seen = FxHashSet::default();
    values.filter(|value| seen.insert(key(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kustomizations(all: &[(&str, Option<&str>, &[&str])]) -> ByDirectory {
        let one = |(name, namespace, resources): &(&str, Option<&str>, &[&str])| {
            let resources = resources.iter().map(|&name| name.to_owned()).collect();
            let namespace = namespace.map(str::to_owned);
            ((*name).to_owned(), Kustomization { namespace, resources, ..Kustomization::default() })
        };
        all.iter().map(one).collect()
    }

    fn takers(around: &Surroundings) -> Vec<&str> {
        around.taken_in_by.iter().map(|name| &**name).collect()
    }

    #[test]
    fn more_ways_than_anyone_could_follow_are_joined() {
        let name = |level: usize| format!("k{level}");
        let of_level = |level: usize| Kustomization {
            namespace: (level == 0).then(|| "shop".to_owned()),
            resources: if level == 60 { vec!["a.yaml".to_owned()] } else { vec![name(level + 1), name(level + 1)] },
            images: vec![format!("i{level}")],
            ..Kustomization::default()
        };
        let found = surroundings(&(0..=60).map(|level| (name(level), of_level(level))).collect(), &[]);
        let around = &found["a.yaml"];
        assert_eq!((around.namespace.as_deref(), around.varies), (Some("shop"), false));
        assert_eq!((around.taken_in_by.len(), around.images.len()), (61, 61));
    }

    #[test]
    fn the_outermost_namespace_wins_and_two_vary() {
        let base: (&str, Option<&str>, &[&str]) = ("base", Some("base"), &["base/a.yaml"]);
        let found = surroundings(&kustomizations(&[base, ("one", Some("one"), &["base"])]), &[]);
        assert_eq!(found["base/a.yaml"].namespace.as_deref(), Some("one"));
        // What has no namespace gets that of the base.
        let same = [base, ("one", Some("base"), &["base"][..]), ("two", None, &["base"])];
        let around = surroundings(&kustomizations(&same), &[]);
        assert!(!around["base/a.yaml"].varies);
        assert_eq!(takers(&around["base/a.yaml"]), ["one", "two", "base"]);
        let two = [base, ("one", Some("one"), &["base"][..]), ("two", None, &["base"])];
        assert!(surroundings(&kustomizations(&two), &[])["base/a.yaml"].varies);
    }

    #[test]
    fn circles_end_and_have_no_root() {
        let circle = [("a", None, &["b"][..]), ("b", None, &["a", "b/x.yaml"])];
        assert!(surroundings(&kustomizations(&circle), &[]).is_empty());
        let reached = [circle[0], circle[1], ("top", Some("shop"), &["a"][..])];
        let found = surroundings(&kustomizations(&reached), &[]);
        assert_eq!(takers(&found["b/x.yaml"]), ["top", "a", "b"]);
    }

    #[test]
    fn a_chain_may_be_long_and_files_share_what_is_around_them() {
        let name = |level: usize| format!("k{level}");
        let of_level = |level: usize| Kustomization {
            resources: vec![name(level + 1), format!("{level}.yaml"), format!("{level}b.yaml")],
            ..Kustomization::default()
        };
        let found = surroundings(&(0..20_000).map(|level| (name(level), of_level(level))).collect(), &[]);
        assert_eq!(found["19999.yaml"].taken_in_by.len(), LEVELS);
        assert!(Arc::ptr_eq(&found["19999.yaml"], &found["19999b.yaml"]));
    }
}
