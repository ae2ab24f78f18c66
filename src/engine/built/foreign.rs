//! Repositories that a repository without a remote is not.
//!
//! In: the files, what lies where. Out: the addresses of Applications' sources that are others.

use std::collections::{BTreeMap, BTreeSet};

use crate::gitops::argocd::{Application, normalized_address};
use crate::object::Object;
use crate::render::world::World;
use crate::workspace::{Presence, ReadFile};
use crate::yaml::Node;

/// The addresses of Applications' sources that are another repository than the one at hand, which has none that git knows: the paths
/// of another address are found here more often. Forks have one name.
pub(super) fn addresses(files: &[ReadFile], world: &World<'_>) -> BTreeSet<String> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let trees = files.iter().flat_map(|file| file.documents.iter()).filter_map(|document| document.tree.as_ref().ok());
    for object in trees.filter_map(|tree| Object::from_node(tree.root())) {
        for source in Application::of(object).into_iter().flat_map(Application::sources) {
            let path = source.literal("path").and_then(Node::as_str).filter(|_| !source.is_chart());
            if let Some((url, path)) = source.url().zip(path) {
                let here = world.presence(path) == Presence::Directory && !world.checkout.cleaned(path).is_empty();
                *found.entry(normalized_address(url)).or_default() += usize::from(here);
            }
        }
    }
    let Some(most) = found.values().max().copied() else { return BTreeSet::new() };
    let named = |address: &str| address.rsplit('/').next().map(str::to_owned);
    let own: BTreeSet<_> =
        found.iter().filter(|(_, count)| **count == most).map(|(address, _)| named(address)).collect();
    found.into_keys().filter(|address| !own.contains(&named(address))).collect()
}
