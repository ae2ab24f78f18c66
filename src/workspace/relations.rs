//! Which Services, NetworkPolicies, budgets and autoscalers act on which workload.
//!
//! In: an [`ApplySet`]. Out: the other direction of selectors and target references, worked out once and kept: for each
//! workload, the objects that reach it. So a rule about a workload costs no search through the set.

use std::sync::OnceLock;

use crate::object::{Autoscaler, Service, Workload};
use crate::yaml::Node;

use super::{ApplySet, Item};

/// What reaches one item; indices into the set.
#[derive(Debug, Default, Clone)]
struct Links {
    services: Vec<u32>,
    policies: Vec<u32>,
    budgets: Vec<u32>,
    autoscalers: Vec<u32>,
    vertical: Vec<u32>,
}

/// The links of all items, built when first asked for.
#[derive(Debug, Default)]
pub(super) struct Relations(OnceLock<Vec<Links>>);

impl Relations {
    fn of<'t>(&self, set: &ApplySet<'t>, item: &Item<'t>) -> &Links {
        let all = self.0.get_or_init(|| build(set));
        &all[item.index as usize]
    }
}

fn build(set: &ApplySet<'_>) -> Vec<Links> {
    let mut links = vec![Links::default(); set.items().len()];
    for item in set.of_kind("", "Service") {
        let Some(selector) = (Service { object: item.object }).selector() else { continue };
        let reached = set.selected_by_map(selector, item.namespace());
        reached.for_each(|(workload, _)| links[workload.index as usize].services.push(item.index));
    }
    for item in set.of_kind("networking.k8s.io", "NetworkPolicy").chain(set.of_kind("extensions", "NetworkPolicy")) {
        each_selected(set, item, "podSelector", |index| links[index].policies.push(item.index));
    }
    for item in set.of_kind("policy", "PodDisruptionBudget") {
        each_selected(set, item, "selector", |index| links[index].budgets.push(item.index));
    }
    for item in set.items() {
        if let Some(autoscaler) = Autoscaler::of(item.object) {
            each_target(set, item, autoscaler.target_kind(), autoscaler.target(), |index| {
                links[index].autoscalers.push(item.index);
            });
        }
    }
    for item in set.of_kind("autoscaling.k8s.io", "VerticalPodAutoscaler") {
        let target = item.object.root.at(&["spec", "targetRef"]);
        each_target(set, item, target.and_then(|t| t.str_at("kind")), target, |index| {
            links[index].vertical.push(item.index);
        });
    }
    links
}

/// The workloads selected by the `LabelSelector` under `spec.FIELD`; an absent one selects nothing.
fn each_selected(set: &ApplySet<'_>, item: &Item<'_>, field: &str, mut take: impl FnMut(usize)) {
    let Some(selector) = item.object.spec().and_then(|spec| spec.get(field)).filter(|node| node.is_mapping()) else {
        return;
    };
    set.selected_by(selector, item.namespace()).for_each(|(workload, _)| take(workload.index as usize));
}

fn each_target(
    set: &ApplySet<'_>,
    item: &Item<'_>,
    kind: Option<&str>,
    target: Option<Node<'_>>,
    mut take: impl FnMut(usize),
) {
    let (Some(kind), Some(name)) = (kind, target.and_then(|target| target.str_at("name"))) else { return };
    set.named(kind, name, item.namespace()).for_each(|found| take(found.index as usize));
}

impl<'t> ApplySet<'t> {
    fn linked<'a>(&'a self, indices: &'a [u32]) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        indices.iter().map(|&index| &self.items[index as usize])
    }

    /// The Services that select a workload's pods.
    pub fn services_of<'a>(&'a self, item: &Item<'t>) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.linked(&self.relations.of(self, item).services)
    }

    /// The NetworkPolicies that select a workload's pods.
    pub fn network_policies_of<'a>(&'a self, item: &Item<'t>) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.linked(&self.relations.of(self, item).policies)
    }

    /// The PodDisruptionBudgets that select a workload's pods.
    pub fn budgets_of<'a>(&'a self, item: &Item<'t>) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.linked(&self.relations.of(self, item).budgets)
    }

    /// The autoscalers that set a workload's replicas.
    pub fn autoscalers_of<'a>(
        &'a self,
        item: &Item<'t>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Autoscaler<'t>)> + Clone {
        let found = self.linked(&self.relations.of(self, item).autoscalers);
        found.filter_map(|item| Some((item, Autoscaler::of(item.object)?)))
    }

    /// The VerticalPodAutoscalers that set a workload's requests.
    pub fn vertical_autoscalers_of<'a>(&'a self, item: &Item<'t>) -> impl Iterator<Item = &'a Item<'t>> + Clone {
        self.linked(&self.relations.of(self, item).vertical)
    }

    /// What an autoscaler scales, where the set holds it.
    pub fn targets_of<'a>(
        &'a self,
        item: &'a Item<'t>,
        autoscaler: Autoscaler<'t>,
    ) -> impl Iterator<Item = (&'a Item<'t>, Workload<'t>)> {
        let named = autoscaler.target_kind().zip(autoscaler.target_name());
        let found = named.into_iter().flat_map(|(kind, name)| self.named(kind, name, item.namespace()));
        found.filter_map(|item| Some((item, item.workload()?)))
    }
}
