//! Which NetworkPolicies, budgets and autoscalers act on which workload.
//!
//! In: an [`ApplySet`]. Out: the other direction of selectors and target references, worked out once and kept. What acts on
//! workloads with equal labels, or by one selector, is kept once for all of them, and as what rules ask for: whether there
//! is any, the first, the least.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::object::{Autoscaler, Container, NetworkPolicy, Service};
use crate::yaml::Node;

use super::pods::{Selection, Selects};
use super::scaling::{Bounds, Targets, targets};
use super::{ApplySet, Item};

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
    /// A Service is there for more than figures.
    for_work: bool,
    /// The Services, not all of very many.
    by: Vec<Item<'t>>,
}

/// Most ports that are listed of a group of pods.
const MOST_TARGETS: usize = 16;

impl<'t> Called<'t> {
    fn add(&mut self, service: Service<'t>) {
        // Beside others, a port for figures is not what a Service is there for.
        let serves = service.ports().any(|port| !is_of_figures(port));
        self.for_work |= serves && !is_for_figures(service);
        let ports = service.ports().filter(|port| !serves || !is_of_figures(*port));
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

/// Whether a Service's port is for figures.
fn is_of_figures(port: Node<'_>) -> bool {
    port.str_at("name").is_some_and(|name| name.contains("metrics"))
}

/// Whether a Service is for figures alone by its name, as scaffolds of operators call it, or by its one port, which Prometheus is
/// told to ask.
fn is_for_figures(service: Service<'_>) -> bool {
    let named = |name: &str| ["-metrics", "-metrics-service", "-metrics-svc"].iter().any(|end| name.ends_with(end));
    let asked = service.object.annotation("prometheus.io/port").filter(|_| service.ports().count() == 1);
    let is_asked = |port: Node<'_>| asked == port.get("port").and_then(Node::as_i64).map(|n| n.to_string()).as_deref();
    service.object.name().is_some_and(named) || asked.is_some() && service.ports().all(is_asked)
}

/// The first of some objects that act on a workload, and the first of those that have another name than it.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Heads<'t> {
    pub first: Option<(u32, Option<&'t str>)>,
    pub second: Option<(u32, Option<&'t str>)>,
}

impl<'t> Heads<'t> {
    /// Takes up one more; in any order.
    pub fn add(&mut self, new: (u32, Option<&'t str>)) {
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

impl<'t> Relations<'t> {
    pub(super) fn autoscalers(&self, set: &ApplySet<'t>) -> &Targets<'t> {
        self.autoscalers.get_or_init(|| {
            let all = set.items().iter().filter_map(|item| Some((item.index, Autoscaler::of(item.object)?)));
            let bounds = |by: Autoscaler<'_>| Bounds { floor: by.min(), ceiling: by.max() };
            targets(set, all.map(|(index, by)| (index, by.target_kind(), by.target(), bounds(by))))
        })
    }

    pub(super) fn vertical(&self, set: &ApplySet<'t>) -> &Targets<'t> {
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
                    if called.by.len() < MOST_TARGETS {
                        called.by.push(*item);
                    }
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

    /// Whether Services select a workload's pods for their figures alone.
    pub fn is_served_for_figures(&self, item: &Item<'t>) -> bool {
        let called = self.group_of(item).and_then(|group| self.relations.served(self)[group as usize].as_ref());
        called.is_some_and(|called| !called.for_work && !called.open)
    }

    /// Whether the Services that select a workload's pods are all of unknown namespaces and lie in other folders, although it says where
    /// it lives: they select the pods of others by the same labels.
    pub fn is_served_from_afar(&self, item: &Item<'t>) -> bool {
        let called = self.group_of(item).and_then(|group| self.relations.served(self)[group as usize].as_ref());
        let afar = |by: &Item<'t>| by.namespace().is_none() && !self.lie_together(item, by);
        let all = |called: &Called<'t>| called.by.len() < MOST_TARGETS && called.by.iter().all(afar);
        item.namespace().is_some() && called.is_some_and(all)
    }

    /// Whether a Service that selects a workload's pods sends its traffic to a port of that name.
    pub fn is_called_by(&self, item: &Item<'t>, name: &str) -> bool {
        let called = self.group_of(item).and_then(|group| self.relations.served(self)[group as usize].as_ref());
        called.is_some_and(|called| called.open || called.targets.iter().any(|target| target.as_str() == Some(name)))
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
