//! What Argo CD's Applications deploy from the repository at hand.
//!
//! In: an [`ApplySet`] in a [`super::Checkout`]. Out: the objects that a source of an Application brings, where that can be
//! said without rendering: plain directories, and kustomizations that rename nothing.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::gitops::argocd::{AppSource, Application, is_literal};
use crate::yaml::Node;

use super::layout::{cleaned, runs_of_folders};
use super::{ApplySet, Checkout, Item, Presence};

/// Numbers of items by directory, as seen from the root of the repository; built when first asked for.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    directories: OnceLock<Directories>,
    /// The paths of Applications that leave numbers of replicas as they are.
    leave_replicas: OnceLock<FxHashSet<String>>,
}

#[derive(Debug, Default)]
struct Directories {
    /// That their files lie in.
    plain: BTreeMap<String, Vec<u32>>,
    /// Whose kustomization takes their files in.
    kustomized: BTreeMap<String, Vec<u32>>,
}

/// What a source brings, as far as it lies in the repository at hand: sources that are equal bring the same objects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delivery {
    /// The directory, as seen from the root of the repository.
    path: String,
    /// Whether its kustomization says what is brought.
    kustomized: bool,
    /// Whether directories below count.
    recurse: bool,
}

impl<'t> ApplySet<'t> {
    /// What a source brings; nothing where it is not this repository, or something is made of what lies there.
    pub fn delivery(&self, source: AppSource<'_>) -> Option<Delivery> {
        if let Some(around) = &self.around {
            return around.all.delivery(source);
        }
        let path = self.plain_path(source)?;
        let checkout = self.checkout.as_ref()?;
        let holds = |name: &str| checkout.presence(&format!("{path}/{name}")) == Presence::File;
        if holds("Chart.yaml") {
            return None;
        }
        let kustomized = ["kustomization.yaml", "kustomization.yml", "Kustomization"].iter().any(|name| holds(name));
        let recurse = source.node.at(&["directory", "recurse"]).and_then(Node::as_bool) == Some(true);
        Some(Delivery { path, kustomized, recurse })
    }

    /// The objects that are brought.
    pub fn delivered<'a>(&'a self, delivery: &Delivery) -> Vec<&'a Item<'t>> {
        if let Some(around) = &self.around {
            let found = around.all.delivered(delivery);
            found.iter().for_each(|item| around.note(item));
            return found;
        }
        let Some(checkout) = &self.checkout else { return Vec::new() };
        let directories = self.deliveries.directories.get_or_init(|| self.directories(checkout));
        let Delivery { path, kustomized, recurse } = delivery;
        let below = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut brought: Vec<u32> = match (kustomized, recurse) {
            (true, _) => directories.kustomized.get(path).cloned().unwrap_or_default(),
            (false, false) => directories.plain.get(path).cloned().unwrap_or_default(),
            (false, true) => {
                let own = directories.plain.get(path).filter(|_| !path.is_empty());
                let inner = directories.plain.range(below.clone()..).take_while(|(name, _)| name.starts_with(&below));
                own.into_iter().chain(inner.map(|(_, items)| items)).flatten().copied().collect()
            }
        };
        brought.sort_unstable();
        let items = brought.into_iter().map(|index| &self.items[index as usize]);
        items.filter(|item| !item.surroundings.varies && !item.surroundings.renames).collect()
    }

    /// Whether an Application of the repository that deploys an object ignores differences in its number of replicas: an autoscaler's
    /// stays. Paths are looked for at any depth.
    pub fn leaves_replicas(&self, item: &Item<'t>) -> bool {
        let whole = self.whole();
        let paths = whole.deliveries.leave_replicas.get_or_init(|| {
            let sets = whole.of_kind("argoproj.io", "ApplicationSet");
            let all = whole.of_kind("argoproj.io", "Application").chain(sets);
            let leaving = all.filter_map(|item| Application::of(item.object)).filter(|one| ignores_replicas(one.spec));
            let sources = leaving.flat_map(Application::sources);
            sources.filter_map(|source| source.node.str_at("path")).map(|path| cleaned(path).to_owned()).collect()
        });
        let own = whole.layout.directory(item.written_in());
        let directories = own.into_iter().chain(item.surroundings.taken_in_by.iter().map(AsRef::as_ref));
        let covered = |directory: &str| runs_of_folders(directory).any(|run| paths.contains(&directory[run]));
        paths.contains("") || (!paths.is_empty() && directories.into_iter().any(covered))
    }

    fn directories(&self, checkout: &Checkout) -> Directories {
        let mut found = Directories::default();
        for item in self.items() {
            let directory = checkout.path_of(self.layout.directory(item.written_in()).unwrap_or(""));
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

/// Whether the spec of an Application ignores differences in `spec.replicas`.
fn ignores_replicas(spec: Node<'_>) -> bool {
    let ignored = spec.get("ignoreDifferences").into_iter().flat_map(Node::items);
    let lists = ignored.flat_map(|one| ["jsonPointers", "jqPathExpressions"].map(|field| one.get(field)));
    let mut paths = lists.flatten().flat_map(Node::items).filter_map(Node::as_str);
    paths.any(|path| matches!(path, "/spec/replicas" | ".spec.replicas"))
}
