//! Requests and limits as they will be in the cluster.
//!
//! In: a container of an item. Out: whether it ends up with a request or a limit for a resource: its own, the pod's
//! (`spec.resources`), the limit that a request defaults to, or the default that a LimitRange of the namespace gives.

use std::cmp::Ordering;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::object::{Container, Quantity};
use crate::yaml::Node;

use super::memo::Memo;
use super::{ApplySet, Item};

/// A namespace; where it is unknown, the directory of the file and what takes it in.
type Place<'t> = (Option<&'t str>, String);

/// What LimitRanges say, by namespace.
#[derive(Debug, Default)]
pub(super) struct Limits<'t> {
    of_containers: Memo<Place<'t>, Arc<[Node<'t>]>>,
    bounds: Memo<Place<'t>, Arc<Bounds<'t>>>,
    /// By fields and resource: the default they give.
    defaults: Memo<(Place<'t>, String), Option<Node<'t>>>,
}

/// The least and the most that containers may ask for, by resource and in the order in which they are written.
#[derive(Debug, Default)]
pub struct Bounds<'t> {
    /// Held against requests.
    pub least: FxHashMap<&'t str, Vec<Node<'t>>>,
    /// Held against limits.
    pub most: FxHashMap<&'t str, Vec<Node<'t>>>,
}

/// So many bounds of one resource are told one by one; of more the narrowest alone, which who keeps to it keeps all.
const MAX_BOUNDS: usize = 8;

impl<'t> Bounds<'t> {
    fn of(limits: &[Node<'t>]) -> Self {
        let mut bounds = Self::default();
        for limit in limits {
            for (field, map) in [("min", &mut bounds.least), ("max", &mut bounds.most)] {
                for bound in limit.get(field).into_iter().flat_map(Node::entries) {
                    map.entry(bound.name).or_default().push(bound.value);
                }
            }
        }
        for (map, narrower) in [(&mut bounds.least, Ordering::Greater), (&mut bounds.most, Ordering::Less)] {
            map.values_mut().for_each(|list| *list = narrowest(std::mem::take(list), narrower));
        }
        bounds
    }
}

/// A list of bounds, or of very many the first of the narrowest.
fn narrowest(list: Vec<Node<'_>>, narrower: Ordering) -> Vec<Node<'_>> {
    if list.len() <= MAX_BOUNDS {
        return list;
    }
    let best = list.into_iter().filter(|node| Quantity::compare(*node, *node).is_some());
    let best = best.reduce(|best, node| if Quantity::compare(node, best) == Some(narrower) { node } else { best });
    best.into_iter().collect()
}

impl<'t> ApplySet<'t> {
    /// What the container asks for, where something gives it a request for that resource.
    pub fn effective_request(&self, item: &Item<'t>, container: Container<'t>, resource: &str) -> Option<Node<'t>> {
        let own = container.resource("requests", resource).or_else(|| container.resource("limits", resource));
        own.or_else(|| pod_level(container, "requests", resource))
            .or_else(|| pod_level(container, "limits", resource))
            .or_else(|| self.by_limit_range(item, &["defaultRequest", "default", "max", "min"], resource))
    }

    /// What bounds the container, where something gives it a limit for that resource.
    pub fn effective_limit(&self, item: &Item<'t>, container: Container<'t>, resource: &str) -> Option<Node<'t>> {
        let own = container.resource("limits", resource).or_else(|| pod_level(container, "limits", resource));
        own.or_else(|| self.by_limit_range(item, &["default", "max"], resource))
    }

    /// The default that a LimitRange of the item's namespace gives to containers; the fields are tried in turn, as the
    /// LimitRange's own defaulting does (`SetDefaults_LimitRangeItem`).
    fn by_limit_range(&self, item: &Item<'t>, fields: &[&str], resource: &str) -> Option<Node<'t>> {
        let limits = self.container_limits(item);
        let find = || limits.iter().find_map(|limit| fields.iter().find_map(|field| limit.get(field)?.get(resource)));
        match limits.len() {
            0..=8 => find(),
            _ => self.limits.defaults.get((self.place_of(item), format!("{fields:?} {resource}")), find),
        }
    }

    /// What the LimitRanges of an item's namespace bound containers by; nothing where there is none.
    pub fn container_bounds(&self, item: &Item<'t>) -> Option<Arc<Bounds<'t>>> {
        let limits = self.container_limits(item);
        let bounds = || Arc::new(Bounds::of(&limits));
        (!limits.is_empty()).then(|| self.limits.bounds.get(self.place_of(item), bounds))
    }

    fn place_of(&self, item: &Item<'t>) -> Place<'t> {
        match item.namespace() {
            Some(namespace) => (Some(namespace), String::new()),
            None => (None, format!("{} {:?}", self.directory_of(item), item.surroundings.taken_in_by)),
        }
    }

    /// What the LimitRanges of an item's namespace say about containers. Where the namespace is unknown, those that lie with the
    /// item.
    fn container_limits(&self, item: &Item<'t>) -> Arc<[Node<'t>]> {
        let meant = |range: &&Item<'t>| item.namespace().is_some() || self.lie_together(item, range);
        let ranges = || self.of_kind_in("", "LimitRange", item.namespace()).filter(meant);
        if ranges().next().is_none() {
            return Arc::default();
        }
        self.limits.of_containers.get(self.place_of(item), || {
            let limits = ranges().filter_map(|range| range.object.spec()?.get("limits")).flat_map(Node::items);
            limits.filter(|limit| limit.str_at("type") == Some("Container")).collect()
        })
    }
}

fn pod_level<'t>(container: Container<'t>, list: &str, resource: &str) -> Option<Node<'t>> {
    container.pod.node.at(&["resources", list])?.get(resource)
}
