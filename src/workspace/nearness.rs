//! What acts on an object because it lies near it.
//!
//! In: an [`ApplySet`], and an object of it. Out: the Namespace that counts for it where several have one name, whether a
//! LimitRange without a namespace is meant for it, whether a service mesh is. A repository is not one cluster: what stands in
//! the same file, folder or overlay goes together, chapters and examples side by side do not.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::object::Labels;

use super::{ApplySet, Item};

/// Groups of service meshes.
const MESHES: [&str; 3] = ["networking.istio.io", "security.istio.io", "policy.linkerd.io"];

/// Where there are objects of a mesh; found when first asked for.
#[derive(Debug, Default)]
pub(super) struct Nearness(OnceLock<Meshed>);

#[derive(Debug, Default)]
struct Meshed {
    namespaces: FxHashSet<String>,
    /// Directories, and those directly above them.
    directories: FxHashSet<String>,
    above: FxHashSet<String>,
}

impl<'t> ApplySet<'t> {
    /// The labels of the Namespace of that name that lies nearest to an item, where the set has one.
    pub fn namespace_labels(&self, name: &str, item: &Item<'t>) -> Labels<'t> {
        let found = self.index.named(&self.items, "Namespace", name).map_or(&[][..], |found| &found.all);
        let candidates = || found.iter().map(|&index| &self.items[index as usize]);
        let here = self.directory_of(item);
        let near = |other: &&Item<'t>| (other.source == item.source, shared(here, self.directory_of(other)));
        let most = candidates().map(|other| near(&other)).max();
        let nearest = candidates().find(|other| Some(near(other)) == most);
        nearest.map_or(Labels(None), |other| other.object.labels())
    }

    /// Whether one of two objects lies in the other's directory or below, or a kustomization takes both in. What lies in
    /// directories side by side is applied one by one.
    pub(super) fn lie_together(&self, one: &Item<'t>, other: &Item<'t>) -> bool {
        let (here, there) = (self.directory_of(one), self.directory_of(other));
        let common = |taker| other.surroundings.taken_in_by.contains(taker);
        is_below(here, there) || is_below(there, here) || one.surroundings.taken_in_by.iter().any(common)
    }

    /// Whether two objects lie in one directory.
    pub fn lie_side_by_side(&self, one: &Item<'t>, other: &Item<'t>) -> bool {
        self.directory_of(one) == self.directory_of(other)
    }

    /// Whether an object goes to OpenShift: by its namespace, or by groups and annotations of what is applied with it.
    pub fn is_for_openshift(&self, item: &Item<'t>) -> bool {
        let of_it = |name: &&str| name.split('/').next().is_some_and(|domain| domain.ends_with(".openshift.io"));
        item.namespace().is_some_and(|name| name.starts_with("openshift-"))
            || self.index.groups.iter().any(of_it)
            || self.index.annotations(&self.items).iter().any(of_it)
    }

    /// Whether objects of a service mesh are in the namespace of an item, or lie beside it.
    pub fn is_meshed(&self, item: &Item<'t>) -> bool {
        let whole = self.whole();
        if !MESHES.iter().any(|group| whole.index.groups.contains(group)) {
            return false;
        }
        let meshed = whole.nearness.0.get_or_init(|| whole.meshed());
        let here = self.directory_of(item);
        let rooted =
            !item.surroundings.taken_in_by.is_empty() && MESHES.iter().any(|group| self.index.groups.contains(group));
        let above = std::iter::successors(Some(here), |at| (!at.is_empty()).then(|| parent(at)));
        rooted
            || item.namespace().is_some_and(|name| meshed.namespaces.contains(name))
            || meshed.above.contains(here)
            || above.into_iter().any(|at| meshed.directories.contains(at))
    }

    fn meshed(&self) -> Meshed {
        let mut meshed = Meshed::default();
        for item in self.items.iter().filter(|item| MESHES.contains(&item.object.gvk.group)) {
            let directory = self.directory_of(item);
            meshed.namespaces.extend(item.namespace().map(str::to_owned));
            meshed.directories.insert(directory.to_owned());
            if !directory.is_empty() {
                meshed.above.insert(parent(directory).to_owned());
            }
        }
        meshed
    }

    /// The directory that an item's file lies in.
    pub(super) fn directory_of(&self, item: &Item<'_>) -> &str {
        self.layout().directory(item.source).unwrap_or("")
    }
}

fn parent(directory: &str) -> &str {
    directory.rsplit_once('/').map_or("", |(above, _)| above)
}

fn is_below(directory: &str, above: &str) -> bool {
    above.is_empty() || directory.strip_prefix(above).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// How many names two directories share, from the top.
fn shared(one: &str, other: &str) -> usize {
    one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).count()
}
