//! What is applied together.
//!
//! In: for each source, its name, the kustomization roots that take it in, and the identities of its objects; the folders at
//! which the configuration says that a cluster ends. Out: [`Sets`]: the sets each source belongs to, and whether objects of
//! one set may refer to those of another.
//!
//! A kustomization root is a set. Files that no kustomization takes in are one set, but where one identity occurs in two
//! folders of the same folder, these two are alternatives (environments, clusters, chapters): each folder beside them
//! becomes a set of its own, with the files that lie directly in the folder above. What alternatives share is a workload, a
//! Service, a setting: a Namespace or a CustomResourceDefinition that two applications both bring makes them no alternatives.
//! A file for one environment beside that for another counts as a folder; folders that Applications bring to different
//! clusters are alternatives as well (see [`super::alternatives`]).

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::Item;
use super::alternatives;
use super::folders::{Folder, Folders};

/// Number of a set in [`Sets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SetId(pub u32);

/// Most memberships that files beside alternatives may have: above, they are a set of their own.
const MOST_SHARED: usize = 100_000;

/// What has to be known of a source.
#[derive(Debug, Default)]
pub struct Facts<'a> {
    /// Its name, with `/` as separator.
    pub name: &'a str,
    /// The directories of the kustomization roots that take it in; none for a plain file.
    pub roots: Vec<&'a str>,
    /// Those of them that are no variants of what it holds: they only share it (a component, say) among much of their own.
    pub apart: Vec<&'a str>,
    /// The identities of its objects; see [`identity`].
    pub identities: Vec<u64>,
    /// The folders and roots that its Applications bring to a cluster, and the cluster's address.
    pub destinations: Vec<(String, &'a str)>,
    /// It holds an object: what holds none belongs to no set.
    pub holds: bool,
}

/// A set of objects that are applied together.
#[derive(Debug)]
struct Set {
    /// What a report calls it: the folder of its kustomization root; nothing for plain files.
    name: Option<Arc<str>>,
    /// The folder it belongs to.
    folder: Folder,
}

/// All sets of a run.
#[derive(Debug, Default)]
pub struct Sets {
    sets: Vec<Set>,
    folders: Folders,
    /// By source, in the order given; sorted.
    of_source: Vec<Vec<SetId>>,
    by_root: FxHashMap<String, SetId>,
}

/// A hash of an object's identity: group, kind, and namespace and name as written. Nothing for objects without a name, and
/// for kinds that applications side by side may both bring without being alternatives.
pub fn identity(item: &Item<'_>) -> Option<u64> {
    let (group, kind) = (item.object.gvk.group, item.object.gvk.kind);
    if matches!((group, kind), ("", "Namespace") | ("apiextensions.k8s.io", "CustomResourceDefinition")) {
        return None;
    }
    Some(FxBuildHasher.hash_one((group, kind, item.written_namespace(), item.name()?)))
}

impl Sets {
    /// Divides the sources. `clusters` tells which folders are clusters of their own.
    pub fn new(sources: &[Facts<'_>], clusters: Option<&dyn Fn(&str) -> bool>) -> Self {
        let mut folders = Folders::default();
        let single = alternatives::of_environments(sources);
        let homes: Vec<Vec<Folder>> = (0..sources.len())
            .map(|index| match single.contains(&index) {
                true => vec![folders.insert(sources[index].name)],
                false => homes(&mut folders, &sources[index]),
            })
            .collect();
        folders.separate(occurrences(sources, &homes));
        separate_shared(&mut folders, sources, &homes);
        let destinations = alternatives::of_destinations(&folders, sources);
        folders.separate(destinations);
        if let Some(clusters) = clusters {
            folders.mark_clusters(clusters);
        }
        let mut sets = Self { folders, ..Self::default() };
        sets.divide(sources, &homes);
        sets
    }

    fn divide(&mut self, sources: &[Facts<'_>], homes: &[Vec<Folder>]) {
        let boundaries = self.folders.boundaries();
        let mut plain: FxHashMap<Folder, SetId> = FxHashMap::default();
        let mut rooted: BTreeMap<&str, SetId> = BTreeMap::new();
        let mut shared: Vec<usize> = Vec::new();
        for (index, (facts, homes)) in sources.iter().zip(homes).enumerate() {
            let mut of_source: Vec<SetId> = Vec::new();
            for (root, &folder) in facts.roots.iter().zip(homes) {
                let new = SetId(self.sets.len() as u32);
                let id = *rooted.entry(root).or_insert(new);
                if id == new {
                    self.sets.push(Set { name: Some(if root.is_empty() { "." } else { root }.into()), folder });
                }
                of_source.push(id);
            }
            if facts.roots.is_empty() && facts.holds {
                let folder = homes[0];
                if self.folders.is_divided(folder) {
                    shared.push(index);
                } else {
                    of_source.push(self.plain(&mut plain, boundaries[folder.0 as usize]));
                }
            }
            of_source.sort_unstable();
            of_source.dedup();
            self.of_source.push(of_source);
        }
        self.by_root = rooted.into_iter().map(|(root, id)| (root.to_owned(), id)).collect();
        self.share(&shared, homes, &mut plain);
    }

    fn plain(&mut self, plain: &mut FxHashMap<Folder, SetId>, folder: Folder) -> SetId {
        let new = SetId(self.sets.len() as u32);
        let id = *plain.entry(folder).or_insert(new);
        if id == new {
            self.sets.push(Set { name: None, folder });
        }
        id
    }

    /// The files that lie in a folder whose children are alternatives belong to each plain set below it.
    fn share(&mut self, shared: &[usize], homes: &[Vec<Folder>], plain: &mut FxHashMap<Folder, SetId>) {
        let mut below: FxHashMap<Folder, Vec<SetId>> = FxHashMap::default();
        let wanted: FxHashSet<Folder> = shared.iter().map(|&index| homes[index][0]).collect();
        for (number, set) in self.sets.iter().enumerate().filter(|(_, set)| set.name.is_none()) {
            for above in self.folders.above(set.folder).filter(|above| wanted.contains(above)) {
                below.entry(above).or_default().push(SetId(number as u32));
            }
        }
        let memberships: usize = shared.iter().map(|&index| below.get(&homes[index][0]).map_or(0, Vec::len)).sum();
        for &index in shared {
            let folder = homes[index][0];
            self.of_source[index] = match below.get(&folder) {
                Some(sets) if memberships <= MOST_SHARED => sets.clone(),
                _ => vec![self.plain(plain, folder)],
            };
        }
    }

    /// Number of sets.
    pub fn len(&self) -> usize {
        self.sets.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// The sets of a source, by its number in the order given.
    pub fn of_source(&self, source: usize) -> &[SetId] {
        self.of_source.get(source).map_or(&[], Vec::as_slice)
    }

    /// What a report calls a set: the folder of its kustomization root; nothing for plain files.
    pub fn name(&self, set: SetId) -> Option<&Arc<str>> {
        self.sets[set.0 as usize].name.as_ref()
    }

    /// Whether two sets are never both in one cluster: they lie in folders that are alternatives.
    pub fn are_alternatives(&self, one: SetId, other: SetId) -> bool {
        one != other
            && self.folders.are_alternatives(self.sets[one.0 as usize].folder, self.sets[other.0 as usize].folder)
    }

    /// Whether a source belongs to a set.
    pub fn holds(&self, set: SetId, source: usize) -> bool {
        self.of_source(source).binary_search(&set).is_ok()
    }

    /// The sets of kustomization roots, by their directories.
    pub fn of_root(&self, root: &str) -> Option<SetId> {
        self.by_root.get(root).copied()
    }

    /// Whether objects of a set may refer to what stands in a source.
    pub fn sees(&self, set: SetId, source: usize) -> bool {
        let of_source = self.of_source(source);
        of_source.is_empty() || of_source.iter().any(|&other| !self.are_alternatives(set, other))
    }
}

/// The folders that a source counts for: its own, or those of its roots.
fn homes(folders: &mut Folders, facts: &Facts<'_>) -> Vec<Folder> {
    if facts.roots.is_empty() {
        return vec![folders.insert(facts.name.rsplit_once('/').map_or("", |(folder, _)| folder))];
    }
    facts.roots.iter().map(|root| folders.insert(root)).collect()
}

/// For each identity that occurs more than once, the folders it occurs in.
fn occurrences(sources: &[Facts<'_>], homes: &[Vec<Folder>]) -> Vec<Vec<Folder>> {
    let mut first: FxHashMap<u64, usize> = FxHashMap::default();
    let mut several: FxHashMap<u64, Vec<Folder>> = FxHashMap::default();
    for (index, facts) in sources.iter().enumerate() {
        for &identity in &facts.identities {
            let seen = *first.entry(identity).or_insert(index);
            if seen != index {
                several.entry(identity).or_insert_with(|| homes[seen].clone()).extend(&homes[index]);
            }
        }
    }
    let mut lists: Vec<_> = several.into_values().collect();
    lists.iter_mut().for_each(|list| list.sort_unstable());
    lists.sort_unstable();
    lists
}

/// Roots that take in one file are alternatives as well: what they make of it has the same name.
fn separate_shared(folders: &mut Folders, sources: &[Facts<'_>], homes: &[Vec<Folder>]) {
    let variants = |(facts, homes): (&Facts<'_>, &Vec<Folder>)| -> Vec<Folder> {
        let of_roots = facts.roots.iter().zip(homes).filter(|(root, _)| !facts.apart.contains(root));
        of_roots.map(|(_, home)| *home).collect()
    };
    let mut lists: Vec<_> = sources.iter().zip(homes).map(variants).filter(|homes| homes.len() > 1).collect();
    lists.sort_unstable();
    lists.dedup();
    folders.separate(lists);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sets as lists of the names of their sources.
    fn sets(files: &[(&str, &[u64])], clusters: Option<&str>) -> (Sets, Vec<Vec<String>>) {
        let facts: Vec<_> = files
            .iter()
            .map(|&(name, identities)| Facts { name, identities: identities.to_vec(), holds: true, ..Facts::default() })
            .collect();
        let globs = clusters.map(|glob| {
            let glob = globset::GlobBuilder::new(glob).literal_separator(true).build().expect("a pattern");
            globset::GlobSetBuilder::new().add(glob).build().expect("a set")
        });
        let is_cluster = globs.map(|globs| move |folder: &str| globs.is_match(folder));
        let sets = Sets::new(&facts, is_cluster.as_ref().map(|test| test as &dyn Fn(&str) -> bool));
        let mut lists = vec![Vec::new(); sets.len()];
        for (index, facts) in facts.iter().enumerate() {
            sets.of_source(index).iter().for_each(|set| lists[set.0 as usize].push(facts.name.to_owned()));
        }
        (sets, lists)
    }

    #[test]
    fn a_tree_is_one_set_until_an_identity_occurs_in_two_folders() {
        let (_, one) = sets(&[("a/x.yaml", &[1]), ("b/y.yaml", &[2]), ("z.yaml", &[3])], None);
        assert_eq!(one, [["a/x.yaml", "b/y.yaml", "z.yaml"]]);
        let (sets, two) = sets(
            &[
                ("envs/dev/x.yaml", &[1]),
                ("envs/dev/extra/w.yaml", &[4]),
                ("envs/prod/x.yaml", &[1]),
                ("envs/infra/y.yaml", &[2]),
                ("envs/z.yaml", &[3]),
                ("base/v.yaml", &[5]),
            ],
            None,
        );
        assert_eq!(
            two,
            [
                vec!["envs/dev/x.yaml", "envs/dev/extra/w.yaml", "envs/z.yaml"],
                vec!["envs/prod/x.yaml", "envs/z.yaml"],
                vec!["envs/infra/y.yaml", "envs/z.yaml"],
                vec!["base/v.yaml"],
            ]
        );
        let (dev, prod, infra, base) = (SetId(0), SetId(1), SetId(2), SetId(3));
        assert!(sets.are_alternatives(dev, prod));
        assert!(!sets.are_alternatives(dev, infra) && !sets.are_alternatives(dev, base));
        assert!(!sets.sees(prod, 1) && sets.sees(prod, 3) && sets.sees(prod, 5));
    }

    #[test]
    fn alternatives_nest() {
        let (sets, lists) = sets(
            &[
                ("eu/dev/x.yaml", &[1]),
                ("eu/prod/x.yaml", &[1]),
                ("us/dev/x.yaml", &[1]),
                ("us/own/y.yaml", &[2]),
                ("x.yaml", &[1]),
            ],
            None,
        );
        let all: Vec<_> = lists.iter().map(|list| list.join(" ")).collect();
        assert_eq!(
            all,
            ["eu/dev/x.yaml x.yaml", "eu/prod/x.yaml x.yaml", "us/dev/x.yaml us/own/y.yaml x.yaml"],
            "us has no alternatives of its own, and what lies above belongs to all"
        );
        assert!(sets.are_alternatives(SetId(0), SetId(1)) && sets.are_alternatives(SetId(0), SetId(2)));
    }

    #[test]
    fn the_configuration_says_where_a_cluster_ends() {
        let files: &[(&str, &[u64])] =
            &[("clusters/eu/x.yaml", &[1]), ("clusters/us/y.yaml", &[2]), ("apps/z.yaml", &[3])];
        assert_eq!(sets(files, None).1.len(), 1);
        let (sets, lists) = sets(files, Some("clusters/*"));
        assert_eq!(lists, [["clusters/eu/x.yaml"], ["clusters/us/y.yaml"], ["apps/z.yaml"]]);
        assert!(sets.are_alternatives(SetId(0), SetId(1)) && !sets.are_alternatives(SetId(0), SetId(2)));
    }

    fn facts(name: &'static str, roots: &[&'static str], identity: u64) -> Facts<'static> {
        Facts { name, roots: roots.to_vec(), identities: vec![identity], holds: true, ..Facts::default() }
    }

    #[test]
    fn roots_that_only_share_a_component_are_no_alternatives() {
        let shared = Facts { apart: vec!["apps/a", "apps/b"], ..facts("components/x.yaml", &["apps/a", "apps/b"], 1) };
        let sets =
            Sets::new(&[shared, facts("apps/a/y.yaml", &["apps/a"], 2), facts("apps/b/z.yaml", &["apps/b"], 3)], None);
        assert!(!sets.are_alternatives(SetId(0), SetId(1)) && sets.sees(SetId(0), 2));
    }

    #[test]
    fn kustomization_roots_are_sets() {
        let facts = [
            facts("base/x.yaml", &["over/dev", "over/prod"], 1),
            facts("over/dev/env.yaml", &["over/dev"], 2),
            facts("over/dev/stray.yaml", &[], 3),
            facts("other/k.yaml", &["other"], 4),
        ];
        let sets = Sets::new(&facts, None);
        assert_eq!(sets.of_source(0), [SetId(0), SetId(1)]);
        assert_eq!(sets.of_source(1), [SetId(0)]);
        assert_eq!(sets.of_source(2).len(), 1);
        assert_ne!(sets.of_source(2), sets.of_source(1), "what the overlay does not list is not applied with it");
        assert!(sets.are_alternatives(SetId(0), SetId(1)), "both take in the base");
        assert!(!sets.sees(SetId(1), 1) && sets.sees(SetId(0), 3) && sets.sees(SetId(0), 2));
        assert_eq!((sets.name(SetId(0)).map(AsRef::as_ref), sets.name(sets.of_source(2)[0])), (Some("over/dev"), None));
    }
}
