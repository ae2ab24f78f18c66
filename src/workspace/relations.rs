//! Which NetworkPolicies, budgets and autoscalers act on which workload.
//!
//! In: an [`ApplySet`]. Out: the other direction of selectors and target references, worked out once and kept. What acts on
//! workloads with equal labels, or by one selector, is kept once for all of them, and as what rules ask for: whether there
//! is any, the first, the least.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::object::{Autoscaler, Container, NetworkPolicy, Service, Workload};
use crate::yaml::Node;

use super::pods::{Selection, Selects};
use super::{ApplySet, Item, Near, Placed};

/// The relations of all items, each built when first asked for.
#[derive(Debug, Default)]
pub(super) struct Relations<'t> {
    /// By group of workloads.
    isolation: OnceLock<Vec<Option<Isolation>>>,
    budgets: OnceLock<Vec<Places<'t>>>,
    autoscalers: OnceLock<Targets<'t>>,
    vertical: OnceLock<Targets<'t>>,
    /// What the Services that select the pods of a group call there; nothing where none does.
    served: OnceLock<Vec<Option<Called<'t>>>>,
}

/// What the NetworkPolicies that select a pod do, taken together.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Isolation {
    /// One of them bounds who may reach the pod.
    pub ingress: bool,
    /// One of them bounds whom the pod may reach.
    pub egress: bool,
}

/// The ports of pods that Services send traffic to, as the Services write them.
#[derive(Debug, Default, Clone)]
struct Called<'t> {
    targets: Vec<Node<'t>>,
    /// A Service names none, or they are too many to be listed.
    open: bool,
}

/// Most ports that are listed of a group of pods.
const MOST_TARGETS: usize = 16;

impl<'t> Called<'t> {
    fn add(&mut self, service: Service<'t>) {
        // Beside others, a port for figures is not what a Service is there for.
        let of_figures = |port: &Node<'t>| port.str_at("name").is_some_and(|name| name.contains("metrics"));
        let serves = service.ports().any(|port| !of_figures(&port));
        let ports = service.ports().filter(|port| !serves || !of_figures(port));
        for target in ports.filter_map(|port| port.get("targetPort").or_else(|| port.get("port"))) {
            let value = (target.as_str(), target.as_i64());
            let known = self.targets.iter().any(|known| (known.as_str(), known.as_i64()) == value);
            if self.targets.len() < MOST_TARGETS && !known {
                self.targets.push(target);
            }
        }
        self.open |= self.targets.len() == MOST_TARGETS || service.ports().next().is_none();
    }

    /// Whether traffic goes to a container itself; where it is unknown which one it goes to, it may.
    fn reaches(&self, container: Container<'t>) -> bool {
        let owns = |container: Container<'t>, target: Node<'t>| {
            container.ports().any(|port| match target.as_i64() {
                Some(number) => port.get("containerPort").and_then(Node::as_i64) == Some(number),
                None => target.as_str().is_some() && port.str_at("name") == target.as_str(),
            })
        };
        let of_another = |target: Node<'t>| container.pod.long_running().any(|other| owns(other, target));
        self.open || self.targets.iter().any(|&target| owns(container, target) || !of_another(target))
    }
}

/// The first of some objects that act on a workload, and the first of those that have another name than it.
#[derive(Debug, Default, Clone, Copy)]
struct Heads<'t> {
    first: Option<(u32, Option<&'t str>)>,
    second: Option<(u32, Option<&'t str>)>,
}

impl<'t> Heads<'t> {
    /// Takes up one more; in any order.
    fn add(&mut self, new: (u32, Option<&'t str>)) {
        let Some(first) = self.first.filter(|first| new.0 >= first.0) else {
            let second = [self.first, self.second].into_iter().flatten().filter(|other| other.1 != new.1);
            self.second = second.min_by_key(|other| other.0);
            self.first = Some(new);
            return;
        };
        if new.1 != first.1 && self.second.is_none_or(|second| new.0 < second.0) {
            self.second = Some(new);
        }
    }

    fn join(&mut self, other: &Self) {
        [other.first, other.second].into_iter().flatten().for_each(|head| self.add(head));
    }
}

/// Budgets whose namespace is known, which is that of their pods, and others.
#[derive(Debug, Default, Clone)]
struct Places<'t> {
    placed: Heads<'t>,
    unplaced: Heads<'t>,
}

/// What scales, by the kind and name of the target.
type Targets<'t> = FxHashMap<(&'t str, &'t str), Scalers<'t>>;

/// What scales targets of one kind and name.
#[derive(Debug, Default)]
struct Scalers<'t> {
    all: Placed<'t>,
    bounds: Bounds,
    /// By their namespace.
    places: FxHashMap<Option<&'t str>, (Bounds, Heads<'t>)>,
}

/// The least lower bound and the greatest upper bound of several autoscalers.
#[derive(Debug, Default, Clone, Copy)]
struct Bounds {
    floor: Option<i64>,
    ceiling: Option<i64>,
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

fn targets<'t>(
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
    found
}

impl<'t> Relations<'t> {
    fn autoscalers(&self, set: &ApplySet<'t>) -> &Targets<'t> {
        self.autoscalers.get_or_init(|| {
            let all = set.items().iter().filter_map(|item| Some((item.index, Autoscaler::of(item.object)?)));
            let bounds = |by: Autoscaler<'_>| Bounds { floor: by.min(), ceiling: by.max() };
            targets(set, all.map(|(index, by)| (index, by.target_kind(), by.target(), bounds(by))))
        })
    }

    fn vertical(&self, set: &ApplySet<'t>) -> &Targets<'t> {
        self.vertical.get_or_init(|| {
            let all = set.of_kind("autoscaling.k8s.io", "VerticalPodAutoscaler");
            let all = all.map(|item| (item.index, item.object.root.at(&["spec", "targetRef"])));
            let kind = |target: Option<Node<'t>>| target.and_then(|target| target.str_at("kind"));
            targets(set, all.map(|(index, target)| (index, kind(target), target, Bounds::default())))
        })
    }

    fn isolation(&self, set: &ApplySet<'t>) -> &[Option<Isolation>] {
        self.isolation.get_or_init(|| {
            let kinds = ["networking.k8s.io", "extensions"].into_iter();
            let policies = kinds.flat_map(|group| set.of_kind(group, "NetworkPolicy"));
            let effect = |item: &Item<'t>| {
                let policy = NetworkPolicy { object: item.object };
                Some(Isolation { ingress: policy.bounds_ingress(), egress: policy.bounds_egress() })
            };
            let join = |known: &mut Option<Isolation>, new: &Option<Isolation>| {
                let Some(new) = new else { return };
                let known = known.get_or_insert_default();
                known.ingress |= new.ingress;
                known.egress |= new.egress;
            };
            let mut of_groups = by_group(set, policies, "podSelector", effect, join);
            let pods = set.pods();
            // What other sets bring to the same namespace holds there as well, whoever brings the pods.
            for namespace in pods.own_namespaces() {
                let near = |group| set.beyond(move |all| all.of_kind_in(group, "NetworkPolicy", Some(namespace)));
                for item in ["networking.k8s.io", "extensions"].into_iter().flat_map(near) {
                    let Some(selects) = selects(item, "podSelector") else { continue };
                    let selection = pods.select(set, selects, Some(namespace));
                    let groups = selection.groups.iter().filter(|&&group| pods.is_of(group, namespace));
                    groups.for_each(|&group| join(&mut of_groups[group as usize], &effect(item)));
                }
            }
            of_groups
        })
    }

    fn served(&self, set: &ApplySet<'t>) -> &[Option<Called<'t>>] {
        self.served.get_or_init(|| {
            let pods = set.pods();
            let mut served = vec![None; pods.count()];
            for item in set.known_of_kind("", "Service") {
                let service = Service { object: item.object };
                let Some(selector) = service.selector().filter(|_| !service.is_external_name()) else { continue };
                let selection = pods.select(set, Selects::Map(selector), item.namespace());
                selection.groups.iter().for_each(|&group| {
                    let called: &mut Called<'t> = served[group as usize].get_or_insert_default();
                    called.add(service);
                });
            }
            served
        })
    }

    fn budgets(&self, set: &ApplySet<'t>) -> &[Places<'t>] {
        self.budgets.get_or_init(|| {
            let budgets = set.of_kind("policy", "PodDisruptionBudget");
            let head = |item: &Item<'t>| {
                let mut heads = Heads::default();
                heads.add((item.index, item.name()));
                match item.namespace().is_some() {
                    true => Places { placed: heads, unplaced: Heads::default() },
                    false => Places { placed: Heads::default(), unplaced: heads },
                }
            };
            by_group(set, budgets, "selector", head, |known, new| {
                known.placed.join(&new.placed);
                known.unplaced.join(&new.unplaced);
            })
        })
    }
}

/// The pods that the `LabelSelector` under `spec.FIELD` selects; an absent one selects nothing, but for a NetworkPolicy all.
fn selects<'t>(item: &Item<'t>, field: &str) -> Option<Selects<'t>> {
    let selector = item.object.spec().and_then(|spec| spec.get(field)).filter(|node| !node.is_null());
    match selector {
        Some(selector) => selector.is_mapping().then_some(Selects::Labels(selector)),
        None => (field == "podSelector").then_some(Selects::All),
    }
}

/// What acts on each group of workloads by the `LabelSelector` under `spec.FIELD`. Objects of one selector and namespace are
/// joined before they are spread over the groups.
fn by_group<'a, 't: 'a, E: Default + Clone>(
    set: &'a ApplySet<'t>,
    items: impl Iterator<Item = &'a Item<'t>>,
    field: &str,
    effect: impl Fn(&Item<'t>) -> E,
    join: impl Fn(&mut E, &E),
) -> Vec<E> {
    let pods = set.pods();
    let mut numbers: FxHashMap<*const Selection<'t>, usize> = FxHashMap::default();
    let mut selections: Vec<(Arc<Selection<'t>>, E)> = Vec::new();
    for item in items {
        let Some(selects) = selects(item, field) else { continue };
        let selection = pods.select(set, selects, item.namespace());
        let number = *numbers.entry(Arc::as_ptr(&selection)).or_insert(selections.len());
        if number == selections.len() {
            selections.push((selection, E::default()));
        }
        join(&mut selections[number].1, &effect(item));
    }
    let mut of_groups = vec![E::default(); pods.count()];
    for (selection, effect) in &selections {
        selection.groups.iter().for_each(|&group| join(&mut of_groups[group as usize], effect));
    }
    of_groups
}

impl<'t> ApplySet<'t> {
    /// What the NetworkPolicies that select a workload's pods do; nothing where none does.
    pub fn isolation_of(&self, item: &Item<'t>) -> Option<Isolation> {
        let group = self.group_of(item)?;
        self.relations.isolation(self)[group as usize]
    }

    /// Whether a Service selects a workload's pods.
    pub fn is_served(&self, item: &Item<'t>) -> bool {
        self.group_of(item).is_some_and(|group| self.relations.served(self)[group as usize].is_some())
    }

    /// Whether the Services that select a workload's pods send their traffic to other containers of theirs alone.
    pub fn stands_behind(&self, item: &Item<'t>, container: Container<'t>) -> bool {
        let group = self.group_of(item);
        let called = group.and_then(|group| self.relations.served(self)[group as usize].as_ref());
        called.is_some_and(|called| !called.reaches(container))
    }

    /// Whether a PodDisruptionBudget may cover a workload's pods.
    pub fn has_budget(&self, item: &Item<'t>) -> bool {
        let group = self.group_of(item);
        group
            .map(|group| &self.relations.budgets(self)[group as usize])
            .is_some_and(|budgets| budgets.placed.first.is_some() || budgets.unplaced.first.is_some())
    }

    /// Two PodDisruptionBudgets of different names that cover a workload's pods, in exactly its namespace.
    pub fn two_budgets_of(&self, item: &Item<'t>) -> Option<[&Item<'t>; 2]> {
        let budgets = &self.relations.budgets(self)[self.group_of(item)? as usize];
        self.two_of(if item.namespace().is_some() { &budgets.placed } else { &budgets.unplaced })
    }

    fn two_of(&self, heads: &Heads<'t>) -> Option<[&Item<'t>; 2]> {
        let item = |head: (u32, _)| &self.items[head.0 as usize];
        Some([item(heads.first?), item(heads.second?)])
    }

    /// Two autoscalers of different names that scale a workload, in exactly its namespace: first those of its replicas, then
    /// those of its requests.
    pub fn two_autoscalers_of(&self, item: &Item<'t>) -> impl Iterator<Item = [&Item<'t>; 2]> {
        let all = [self.relations.autoscalers(self), self.relations.vertical(self)];
        let (key, namespace) = (item.name().map(|name| (item.object.gvk.kind, name)), item.namespace());
        all.into_iter().filter_map(move |targets| self.two_of(&targets.get(&key?)?.places.get(&namespace)?.1))
    }

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

    /// What an autoscaler scales, where the set holds it.
    pub fn targets_of<'a>(
        &'a self,
        item: &'a Item<'t>,
        autoscaler: Autoscaler<'t>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Workload<'t>)> + Clone {
        let named = autoscaler.target_kind().zip(autoscaler.target_name());
        let found = named.into_iter().flat_map(|(kind, name)| self.own_named(kind, name, item.namespace()));
        found.filter_map(|item| Some((item, item.workload()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::Heads;

    #[test]
    fn the_first_two_of_different_names_are_kept_in_any_order() {
        let all = [(1, Some("a")), (2, Some("a")), (3, Some("b")), (4, Some("a")), (5, Some("c"))];
        for turn in 0..all.len() {
            let (mut heads, mut turned) = (Heads::default(), all);
            turned.rotate_left(turn);
            turned.iter().for_each(|&head| heads.add(head));
            assert_eq!((heads.first, heads.second), (Some(all[0]), Some(all[2])), "{turned:?}");
            turned.reverse();
            let mut heads = Heads::default();
            turned.iter().for_each(|&head| heads.add(head));
            assert_eq!((heads.first, heads.second), (Some(all[0]), Some(all[2])), "{turned:?}");
        }
    }
}
