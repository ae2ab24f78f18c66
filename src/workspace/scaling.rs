//! What scales a workload.
//!
//! In: an [`ApplySet`]. Out: the autoscalers of a workload's replicas and of its requests, how few and how many pods they leave it,
//! and what an autoscaler scales. Where several folders define an object, the autoscaler beside one of them is that one's alone.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::{Autoscaler, Workload};
use crate::yaml::Node;

use super::placed::Placed;
use super::relations::Heads;
use super::{ApplySet, Item, Near};

/// What scales, by the kind and name of the target.
pub(super) type Targets<'t> = FxHashMap<(&'t str, &'t str), Scalers<'t>>;

/// What scales targets of one kind and name.
#[derive(Debug, Default)]
pub(super) struct Scalers<'t> {
    all: Placed<'t>,
    bounds: Bounds,
    /// By their namespace.
    pub places: FxHashMap<Option<&'t str>, (Bounds, Heads<'t>)>,
    /// Those that scale the target in their own folder, where several folders define it.
    at_home: FxHashSet<u32>,
}

/// The least lower bound and the greatest upper bound of several autoscalers.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Bounds {
    pub floor: Option<i64>,
    pub ceiling: Option<i64>,
}

impl Bounds {
    fn join(&mut self, other: Self) {
        self.floor = [self.floor, other.floor].into_iter().flatten().min();
        self.ceiling = self.ceiling.max(other.ceiling);
    }
}

/// The namespaces in which what scales an item may live: any, or these. One that says it lives where the item says so counts
/// as well: kustomizations move both.
fn near<'t>(item: &Item<'t>) -> Option<[Option<Option<&'t str>>; 3]> {
    let own = item.namespace()?;
    let written = item.object.namespace().filter(|written| *written != own);
    Some([Some(Some(own)), Some(None), written.map(Some)])
}

impl<'t> Scalers<'t> {
    fn bounds(&self, item: &Item<'t>) -> Bounds {
        let Some(places) = near(item) else { return self.bounds };
        let mut bounds = Bounds::default();
        let found = places.into_iter().flatten().filter_map(|place| self.places.get(&place));
        found.for_each(|(own, _)| bounds.join(*own));
        bounds
    }
}

pub(super) fn targets<'t>(
    set: &ApplySet<'t>,
    scaling: impl Iterator<Item = (u32, Option<&'t str>, Option<Node<'t>>, Bounds)>,
) -> Targets<'t> {
    let mut found = Targets::default();
    for (index, kind, target, bounds) in scaling {
        let Some(key) = kind.zip(target.and_then(|target| target.str_at("name"))) else { continue };
        let item = &set.items[index as usize];
        let scalers = found.entry(key).or_default();
        scalers.all.all.push(index);
        scalers.bounds.join(bounds);
        let (own, heads) = scalers.places.entry(item.namespace()).or_default();
        own.join(bounds);
        heads.add((index, item.name()));
    }
    // Each by itself: their order does not matter.
    found.iter_mut().for_each(|((kind, name), scalers)| scalers.at_home = at_home(set, kind, name, &scalers.all.all));
    found
}

/// Which of these scale an object that lies in their own folder, while others of its kind and name lie elsewhere.
fn at_home(set: &ApplySet<'_>, kind: &str, name: &str, scalers: &[u32]) -> FxHashSet<u32> {
    let targets = set.index.named(&set.items, kind, name).map_or(&[][..], |found| &found.all);
    let items = || targets.iter().map(|&index| &set.items[index as usize]);
    let folders: FxHashSet<&str> = items().map(|item| set.directory_of(item)).collect();
    if folders.len() < 2 {
        return FxHashSet::default();
    }
    let homes: FxHashSet<_> = items().map(|item| (set.directory_of(item), item.namespace())).collect();
    let is_home = |index: &u32| {
        let scaler = &set.items[*index as usize];
        let folder = set.directory_of(scaler);
        match scaler.namespace() {
            None => folders.contains(folder),
            own => homes.contains(&(folder, own)) || homes.contains(&(folder, None)),
        }
    };
    scalers.iter().copied().filter(is_home).collect()
}

impl<'t> ApplySet<'t> {
    fn scaling<'a>(&'a self, targets: &'a Targets<'t>, item: &Item<'t>) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        let found = item.name().and_then(|name| targets.get(&(item.object.gvk.kind, name)));
        let places = near(item);
        found.into_iter().flat_map(move |scalers| {
            let all = places.is_none().then(|| Near::all(&self.items, &scalers.all.all));
            let lists = places
                .map(|places| places.map(|place| place.map_or(&[][..], |place| scalers.all.of(&self.items, place))));
            all.into_iter().flatten().chain(lists.into_iter().flat_map(|lists| Near::of(&self.items, lists)))
        })
    }

    /// The autoscalers that set a workload's replicas.
    pub fn autoscalers_of<'a>(
        &'a self,
        item: &Item<'t>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Autoscaler<'t>)> + Clone {
        let found = self.scaling(self.relations.autoscalers(self), item);
        found.filter_map(|item| Some((item, Autoscaler::of(item.object)?)))
    }

    /// The same, without those that lie beside another object of the workload's kind and name.
    pub fn own_autoscalers_of<'a>(
        &'a self,
        item: &Item<'t>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Autoscaler<'t>)> + Clone {
        let here = self.directory_of(item);
        self.autoscalers_of(item).filter(move |(by, _)| !self.is_at_home(by) || self.directory_of(by) == here)
    }

    /// Whether an autoscaler lies beside the one that it scales, of several objects of its kind and name.
    fn is_at_home(&self, by: &Item<'t>) -> bool {
        let key = Autoscaler::of(by.object).and_then(|by| by.target_kind().zip(by.target_name()));
        let scalers = key.and_then(|key| self.relations.autoscalers(self).get(&key));
        scalers.is_some_and(|scalers| scalers.at_home.contains(&by.index))
    }

    /// The fewest pods that the autoscalers of a workload leave it, where there are any.
    pub fn floor_of(&self, item: &Item<'t>) -> Option<i64> {
        self.bounds_of(item).floor
    }

    /// The most pods that the autoscalers of a workload give it, where there are any.
    pub fn ceiling_of(&self, item: &Item<'t>) -> Option<i64> {
        self.bounds_of(item).ceiling
    }

    fn bounds_of(&self, item: &Item<'t>) -> Bounds {
        let key = item.name().map(|name| (item.object.gvk.kind, name));
        let found = key.and_then(|key| self.relations.autoscalers(self).get(&key));
        found.map(|scalers| scalers.bounds(item)).unwrap_or_default()
    }

    /// Whether a VerticalPodAutoscaler sets a workload's requests.
    pub fn is_sized(&self, item: &Item<'t>) -> bool {
        self.scaling(self.relations.vertical(self), item).next().is_some()
    }

    /// What an autoscaler scales, where the set holds it; of several the one beside it, if there is one.
    pub fn targets_of<'a>(
        &'a self,
        item: &'a Item<'t>,
        autoscaler: Autoscaler<'t>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Workload<'t>)> + Clone {
        let named = autoscaler.target_kind().zip(autoscaler.target_name());
        let found = named.into_iter().flat_map(|(kind, name)| self.own_named(kind, name, item.namespace()));
        let at_home = self.is_at_home(item);
        let found = found.filter(move |target| !at_home || self.directory_of(target) == self.directory_of(item));
        found.filter_map(|item| Some((item, item.workload()?)))
    }
}
