//! What Argo CD's Applications deploy from the repository at hand.
//!
//! In: an [`ApplySet`] in a [`super::Checkout`]. Out: the objects that a source of an Application brings, where that can be
//! said without rendering: plain directories, and kustomizations that rename nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::object::{AppSource, is_literal};
use crate::yaml::Node;

use super::memo::Memo;
use super::{ApplySet, Checkout, Presence};

/// Numbers of items by directory, as seen from the root of the repository; built when first asked for.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    directories: OnceLock<Directories>,
    /// By directory, and whether its kustomization counts, or what lies below it.
    lists: Memo<(String, bool, bool), Arc<[u32]>>,
}

#[derive(Debug, Default)]
struct Directories {
    /// That their files lie in.
    plain: BTreeMap<String, Vec<u32>>,
    /// Whose kustomization takes their files in.
    kustomized: BTreeMap<String, Vec<u32>>,
}

impl<'t> ApplySet<'t> {
    /// The numbers of the objects that a source brings; none where it is not this repository, or something is made of what
    /// lies there. Sources that bring the same get the same list.
    pub fn delivered_by(&self, source: AppSource<'_>) -> Arc<[u32]> {
        let Some(path) = self.plain_path(source) else { return Arc::default() };
        let Some(checkout) = &self.checkout else { return Arc::default() };
        let holds = |name: &str| checkout.presence(&format!("{path}/{name}")) == Presence::File;
        if holds("Chart.yaml") {
            return Arc::default();
        }
        let kustomized = ["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|name| holds(name));
        let recurse = source.node.at(&["directory", "recurse"]).and_then(Node::as_bool) == Some(true);
        self.deliveries.lists.get((path.clone(), kustomized, recurse), || {
            let mut brought = self.brought(checkout, &path, kustomized, recurse);
            brought.sort_unstable();
            let around = |index: &u32| self.items[*index as usize].surroundings;
            brought.into_iter().filter(|index| !around(index).varies && !around(index).renames).collect()
        })
    }

    /// What is the same for lists that hold the same.
    pub fn delivery_of(&self, lists: &[Arc<[u32]>]) -> Vec<usize> {
        // Lists that hold anything are kept, one for each question: two are not at one address.
        lists.iter().map(|list| if list.is_empty() { 0 } else { list.as_ptr() as usize }).collect()
    }

    fn brought(&self, checkout: &Checkout, path: &str, kustomized: bool, recurse: bool) -> Vec<u32> {
        let directories = self.deliveries.directories.get_or_init(|| self.directories(checkout));
        let below = if path.is_empty() { String::new() } else { format!("{path}/") };
        match (kustomized, recurse) {
            (true, _) => directories.kustomized.get(path).cloned().unwrap_or_default(),
            (false, false) => directories.plain.get(path).cloned().unwrap_or_default(),
            (false, true) => {
                let own = directories.plain.get(path).filter(|_| !path.is_empty());
                let inner = directories.plain.range(below.clone()..).take_while(|(name, _)| name.starts_with(&below));
                own.into_iter().chain(inner.map(|(_, items)| items)).flatten().copied().collect()
            }
        }
    }

    fn directories(&self, checkout: &Checkout) -> Directories {
        let mut found = Directories::default();
        for item in self.items() {
            let directory = checkout.path_of(self.layout.directory(item.source).unwrap_or(""));
            if let Some(directory) = directory {
                found.plain.entry(directory).or_default().push(item.index);
            }
            for directory in item.surroundings.taken_in_by.iter().filter_map(|name| checkout.path_of(name)) {
                found.kustomized.entry(directory).or_default().push(item.index);
            }
        }
        found
    }

    /// The path of a source that is this repository and brings the objects as they lie there.
    fn plain_path(&self, source: AppSource<'_>) -> Option<String> {
        let checkout = self.checkout.as_ref()?;
        let revision = source.revision();
        let here = revision.is_none_or(is_literal) && checkout.is_source(source.url()?, revision);
        let filled = |field: &&str| source.node.get(field).is_some_and(|options| !options.is_empty());
        let rendered = ["helm", "kustomize", "plugin", "chart"].iter().any(filled);
        let part =
            ["include", "exclude", "jsonnet"].iter().any(|field| source.node.at(&["directory", field]).is_some());
        let path = source.literal("path")?.as_str()?;
        (here && !rendered && !part).then(|| checkout.cleaned(path))
    }
}
