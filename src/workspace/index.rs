//! Objects by kind and by name.
//!
//! In: the items of a set, numbered. Out: those of a kind, of a kind and name, those that make pods, and what is asked of all of them
//! together. Kinds are told apart at once; the rest is found out where it is first asked for, for a kind at a time: most names of a
//! repository nobody asks for.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::{Gvk, Workload};
use crate::yaml::Node;

use super::Item;
use super::placed::Placed;

/// By name, the items of a kind.
type Names<'t> = FxHashMap<&'t str, Placed<'t>>;

/// The index over the items of a set.
#[derive(Debug, Default)]
pub(super) struct Index<'t> {
    /// By group and kind.
    by_kind: FxHashMap<(&'t str, &'t str), Placed<'t>>,
    /// By kind, in whatever group.
    by_name: FxHashMap<&'t str, OnceLock<Names<'t>>>,
    /// The groups there are.
    pub groups: BTreeSet<&'t str>,
    workloads: OnceLock<Placed<'t>>,
    /// The namespaces of workloads.
    workload_namespaces: OnceLock<FxHashSet<Option<&'t str>>>,
    annotations: OnceLock<FxHashSet<&'t str>>,
    renamed: OnceLock<FxHashSet<(&'t str, &'t str)>>,
}

impl<'t> Index<'t> {
    /// Numbers the items, and tells their kinds apart.
    pub fn of(items: &mut [Item<'t>]) -> Self {
        let mut index = Self::default();
        // Objects of one kind often follow on each other.
        let mut run: Vec<u32> = Vec::new();
        let mut kind: Option<Gvk<'t>> = None;
        for (number, item) in items.iter_mut().enumerate() {
            let (own, number) = (item.object.gvk, number as u32);
            item.index = number;
            if kind.is_none_or(|kind| (kind.group, kind.kind) != (own.group, own.kind)) {
                index.add(kind, &mut run);
            }
            kind = Some(own);
            run.push(number);
        }
        index.add(kind, &mut run);
        index.groups = index.by_kind.keys().map(|(group, _)| *group).collect();
        index.by_name = index.by_kind.keys().map(|(_, kind)| (*kind, OnceLock::new())).collect();
        index
    }

    fn add(&mut self, kind: Option<Gvk<'t>>, numbers: &mut Vec<u32>) {
        if let Some(kind) = kind {
            self.by_kind.entry((kind.group, kind.kind)).or_default().all.append(numbers);
        }
    }

    /// The groups and kinds there are, each with the number of its first object.
    pub fn kinds(&self) -> impl Iterator<Item = ((&'t str, &'t str), u32)> {
        self.by_kind.iter().filter_map(|(kind, found)| Some((*kind, *found.all.first()?)))
    }

    /// Those of a kind of a group.
    pub fn of_kind<'a>(&'a self, group: &'a str, kind: &'a str) -> Option<&'a Placed<'t>> {
        self.by_kind.get(&(group, kind))
    }

    /// Those of a kind in any group, and a name.
    pub fn named<'a>(&'a self, items: &[Item<'t>], kind: &'a str, name: &'a str) -> Option<&'a Placed<'t>> {
        let names = self.by_name.get(kind)?;
        names.get_or_init(|| self.names(items, kind)).get(name)
    }

    fn names(&self, items: &[Item<'t>], kind: &str) -> Names<'t> {
        let mut names = Names::default();
        for number in self.all_of(|own, _| own.1 == kind, items) {
            if let Some(name) = items[number as usize].name() {
                names.entry(name).or_default().all.push(number);
            }
        }
        names
    }

    /// The numbers of all items of the kinds that are meant, sorted; a kind is shown with the first item of it.
    fn all_of(&self, is_meant: impl Fn((&str, &str), &Item<'t>) -> bool, items: &[Item<'t>]) -> Vec<u32> {
        let meant = self.kinds().filter(|(kind, first)| is_meant(*kind, &items[*first as usize]));
        let mut numbers: Vec<u32> = meant.flat_map(|(kind, _)| self.by_kind[&kind].all.iter().copied()).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Those that make pods.
    pub fn workloads(&self, items: &[Item<'t>]) -> &Placed<'t> {
        self.workloads.get_or_init(|| Placed::of_numbers(self.all_of(|_, first| makes_pods(first), items)))
    }

    /// The namespaces that these say they live in.
    pub fn workload_namespaces(&self, items: &[Item<'t>]) -> &FxHashSet<Option<&'t str>> {
        let namespaces =
            || self.workloads(items).all.iter().map(|&number| items[number as usize].namespace()).collect();
        self.workload_namespaces.get_or_init(namespaces)
    }

    /// The keys of all annotations.
    pub fn annotations(&self, items: &[Item<'t>]) -> &FxHashSet<&'t str> {
        let keys = |item: &Item<'t>| item.annotations.into_iter().flat_map(Node::entries).map(|entry| entry.name);
        self.annotations.get_or_init(|| items.iter().flat_map(keys).collect())
    }

    /// Kinds and names of the objects that a kustomization renames.
    pub fn renamed(&self, items: &[Item<'t>]) -> &FxHashSet<(&'t str, &'t str)> {
        let renamed = items.iter().filter(|item| item.surroundings.renames);
        let names = || renamed.filter_map(|item| Some((item.object.gvk.kind, item.name()?))).collect();
        self.renamed.get_or_init(names)
    }
}

/// Whether an item makes pods; all of its kind do, or none.
fn makes_pods(item: &Item<'_>) -> bool {
    Workload::of(item.object).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Object;
    use crate::source::{Source, SourceId};
    use crate::workspace::Surroundings;
    use crate::yaml::{Limits, read};

    #[test]
    fn what_is_of_several_groups_is_found_by_its_kind_in_order() {
        let texts = [("v1", "Service", "a"), ("serving.knative.dev/v1", "Service", "a"), ("v1", "Pod", "a")];
        let texts = texts.map(|(version, kind, name)| {
            format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, annotations: {{x/{kind}: ''}}}}\n")
        });
        let source = Source::from_text(SourceId(0), "a.yaml", [&*texts.concat(), &texts.join("---\n")].join("---\n"));
        let (documents, surroundings) = (read(&source, &Limits::default()), Surroundings::default());
        let objects = documents.iter().filter_map(|document| Object::from_node(document.tree.as_ref().ok()?.root()));
        let mut items: Vec<_> = objects
            .map(|object| Item::new(object, source.id, 0, &surroundings))
            .filter(|i| i.name().is_some())
            .collect();
        let index = Index::of(&mut items);
        let named = |kind, name| index.named(&items, kind, name).map(|found| found.all.clone()).unwrap_or_default();
        let of =
            |kind: &str| -> Vec<u32> { items.iter().filter(|i| i.object.gvk.kind == kind).map(|i| i.index).collect() };
        assert_eq!(named("Service", "a"), of("Service"));
        assert!(named("Service", "a").len() > 1 && named("Service", "b").is_empty() && named("Job", "a").is_empty());
        assert_eq!(index.workloads(&items).all, of("Pod"));
        assert!(index.annotations(&items).contains("x/Pod") && index.renamed(&items).is_empty());
        assert_eq!(index.groups.len(), 2);
    }
}
