//! Pods by their labels.
//!
//! In: an [`ApplySet`]. Out: its workloads in groups whose pods carry the same labels in the same namespace, and which of
//! the groups a selector selects. A selector is held against each group once, however many objects have that selector and
//! however many workloads are in the group.

use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::object::{Workload, selector};
use crate::yaml::{Kind, Node};

use super::memo::Memo;
use super::ports::Ports;
use super::{ApplySet, Item, Surroundings, pod_label};

type Label<'t> = (&'t str, &'t str);

/// What a group has in common: its namespace, the labels written, and those that kustomizations add.
type GroupKey<'t> = (Option<&'t str>, Vec<Label<'t>>, Vec<Label<'t>>);

/// Where a group is looked for: in one namespace (or the unknown one), or anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Where<'t> {
    In(Option<&'t str>),
    Anywhere,
}

/// All workloads, in groups.
#[derive(Debug, Default)]
pub(super) struct Pods<'t> {
    groups: Vec<Group<'t>>,
    /// The namespaces of the groups.
    namespaces: Vec<Option<&'t str>>,
    /// The group of an item.
    of_item: FxHashMap<u32, u32>,
    by_place: FxHashMap<Where<'t>, Vec<u32>>,
    by_label: FxHashMap<(Where<'t>, Label<'t>), Vec<u32>>,
    /// The domains of the labels' keys (`acme.io` of `acme.io/app`).
    domains: FxHashSet<&'t str>,
    /// What was selected before, by namespace and selector.
    selections: Memo<(Option<String>, String), Arc<Selection<'t>>>,
}

/// Workloads of one namespace whose pods carry the same labels; never empty.
#[derive(Debug)]
pub(super) struct Group<'t> {
    items: Vec<u32>,
    ports: OnceLock<Ports<'t>>,
}

/// The groups that a selector selects.
#[derive(Debug, Default)]
pub(super) struct Selection<'t> {
    pub groups: Vec<u32>,
    /// Of several groups together.
    ports: OnceLock<Ports<'t>>,
}

/// A selector.
#[derive(Debug, Clone, Copy)]
pub(super) enum Selects<'n> {
    /// A plain map of labels.
    Map(Node<'n>),
    /// A `LabelSelector`.
    Labels(Node<'n>),
    /// All pods: a selector that is left out, where that says so.
    All,
}

impl<'n> Selects<'n> {
    /// The labels that are wanted, where any are.
    fn labels(self) -> Option<Node<'n>> {
        match self {
            Self::Map(map) => Some(map),
            Self::Labels(selector) => selector.get("matchLabels"),
            Self::All => None,
        }
    }

    fn holds(self, item: &Item<'_>, workload: Workload<'_>) -> bool {
        match self {
            Self::Map(map) => selector::map_selects_by(map, &|key| pod_label(map, item, workload, key)),
            Self::Labels(node) => {
                let wanted = node.get("matchLabels").unwrap_or(node);
                selector::selects_by(node, &|key| pod_label(wanted, item, workload, key))
            }
            Self::All => true,
        }
    }

    /// A text that only selectors have in common that select the same.
    fn key(self) -> String {
        let mut key = String::new();
        match self {
            Self::Map(map) => write(map, &mut key),
            Self::Labels(selector) => {
                for part in ["matchLabels", "matchExpressions"] {
                    key.push(';');
                    selector.get(part).into_iter().for_each(|node| write(node, &mut key));
                }
            }
            Self::All => key.push_str(";;"),
        }
        key
    }
}

/// Writes out a node, so that what differs is written differently.
fn write(node: Node<'_>, out: &mut String) {
    let text = |text: &str, out: &mut String| {
        out.push_str(&text.len().to_string());
        out.push('"');
        out.push_str(text);
    };
    match node.kind() {
        Kind::String(string) => text(string, out),
        Kind::Null => out.push('~'),
        Kind::Mapping => {
            out.push('{');
            for entry in node.entries() {
                text(entry.name, out);
                write(entry.value, out);
            }
            out.push('}');
        }
        Kind::Sequence => {
            out.push('[');
            node.items().for_each(|item| write(item, out));
            out.push(']');
        }
        // Labels are strings: any other scalar is as good as none.
        _ => out.push('!'),
    }
}

impl<'t> Pods<'t> {
    pub fn new(set: &ApplySet<'t>) -> Self {
        let mut pods = Self::default();
        let mut known: FxHashMap<GroupKey<'t>, u32> = FxHashMap::default();
        for (item, workload) in set.workloads() {
            let mut own: Vec<Label<'t>> = workload.pod_labels().iter().collect();
            own.sort_by_key(|(key, _)| *key);
            let around: &'t Surroundings = item.surroundings;
            let added: Vec<Label<'t>> = around.labels.iter().map(|(key, value)| (&**key, &**value)).collect();
            let key = (item.namespace(), own, added);
            let group = match known.get(&key) {
                Some(&group) => group,
                None => {
                    let group = pods.add(item.namespace(), key.1.iter().chain(&key.2));
                    known.insert(key, group);
                    group
                }
            };
            pods.groups[group as usize].items.push(item.index);
            pods.of_item.insert(item.index, group);
        }
        pods
    }

    fn add<'l>(&mut self, namespace: Option<&'t str>, labels: impl Iterator<Item = &'l Label<'t>>) -> u32
    where
        't: 'l,
    {
        let group = self.groups.len() as u32;
        self.groups.push(Group { items: Vec::new(), ports: OnceLock::new() });
        self.namespaces.push(namespace);
        let places = [Where::In(namespace), Where::Anywhere];
        places.iter().for_each(|place| self.by_place.entry(*place).or_default().push(group));
        for label in labels {
            self.domains.extend(label.0.split_once('/').map(|(domain, _)| domain));
            for place in places {
                let groups = self.by_label.entry((place, *label)).or_default();
                if groups.last() != Some(&group) {
                    groups.push(group);
                }
            }
        }
        group
    }

    /// The group of an item, if it is a workload.
    pub fn group_of(&self, item: &Item<'_>) -> Option<u32> {
        self.of_item.get(&item.index).copied()
    }

    /// The namespaces in which workloads are known to live, in the order in which they first come.
    pub fn own_namespaces(&self) -> Vec<&'t str> {
        let mut seen = FxHashSet::default();
        let all = self.namespaces.iter().filter_map(|namespace| *namespace);
        all.filter(|namespace| seen.insert(*namespace)).collect()
    }

    /// Whether the workloads of a group are known to live in a namespace.
    pub fn is_of(&self, group: u32, namespace: &str) -> bool {
        self.namespaces[group as usize] == Some(namespace)
    }

    pub fn count(&self) -> usize {
        self.groups.len()
    }

    /// The groups that a selector selects among those that may live in a namespace.
    pub fn select(&self, set: &ApplySet<'t>, selects: Selects<'_>, namespace: Option<&str>) -> Arc<Selection<'t>> {
        let holds = |group: &u32| {
            let item = &set.items[self.groups[*group as usize].items[0] as usize];
            item.workload().is_some_and(|workload| selects.holds(item, workload))
        };
        self.selections.get((namespace.map(str::to_owned), selects.key()), || {
            let mut groups: Vec<u32> = self.candidates(selects, namespace).filter(holds).collect();
            groups.sort_unstable();
            Arc::new(Selection { groups, ports: OnceLock::new() })
        })
    }

    /// The groups that carry the rarest of the labels that are wanted, or all, that may live in a namespace.
    fn candidates<'a>(&'a self, selects: Selects<'a>, namespace: Option<&'a str>) -> impl Iterator<Item = u32> + 'a {
        let places = match namespace {
            Some(_) => [Some(Where::In(namespace)), Some(Where::In(None))],
            None => [Some(Where::Anywhere), None],
        };
        let lists = move |label: Option<Label<'a>>| {
            places.map(|place| {
                let list = place.and_then(|place| match label {
                    Some(label) => self.by_label.get(&(place, label)),
                    None => self.by_place.get(&place),
                });
                list.map_or(&[][..], Vec::as_slice)
            })
        };
        let labels = selects.labels().into_iter().flat_map(super::wanted_labels);
        let rarest = labels.map(|label| lists(Some(label))).min_by_key(|[own, other]| own.len() + other.len());
        rarest.unwrap_or_else(|| lists(None)).into_iter().flatten().copied()
    }

    /// The number of workloads of a selection.
    pub fn size(&self, selection: &Selection<'t>) -> usize {
        selection.groups.iter().map(|&group| self.groups[group as usize].items.len()).sum()
    }

    /// The workloads of a selection, in their order.
    pub fn items(&self, selection: &Selection<'t>) -> Vec<u32> {
        let groups = selection.groups.iter().map(|&group| &self.groups[group as usize]);
        let mut items: Vec<u32> = groups.flat_map(|group| &group.items).copied().collect();
        items.sort_unstable();
        items
    }

    /// The first workload of a selection.
    pub fn first(&self, selection: &Selection<'t>) -> Option<u32> {
        selection.groups.iter().map(|&group| self.groups[group as usize].items[0]).min()
    }

    fn ports_of_group(&self, set: &ApplySet<'t>, group: u32) -> &Ports<'t> {
        let group = &self.groups[group as usize];
        group.ports.get_or_init(|| {
            let mut ports = Ports::default();
            for item in group.items.iter().map(|&index| &set.items[index as usize]) {
                item.workload().into_iter().for_each(|workload| ports.add(item, workload));
            }
            ports
        })
    }

    /// What the pods of a selection open.
    pub fn ports<'a>(&'a self, set: &ApplySet<'t>, selection: &'a Selection<'t>) -> &'a Ports<'t> {
        if let [group] = selection.groups[..] {
            return self.ports_of_group(set, group);
        }
        selection.ports.get_or_init(|| {
            let mut all = Ports::default();
            selection.groups.iter().for_each(|&group| all.join(self.ports_of_group(set, group)));
            all
        })
    }
}

/// The workloads that a selector selects.
pub struct Selected<'a, 't> {
    set: &'a ApplySet<'t>,
    selection: Arc<Selection<'t>>,
}

impl<'a, 't> Selected<'a, 't> {
    fn pods(&self) -> &'a Pods<'t> {
        self.set.pods()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.selection.groups.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pods().size(&self.selection)
    }

    /// The first.
    pub fn first(&self) -> Option<(&'a Item<'t>, Workload<'t>)> {
        let item = &self.set.items[self.pods().first(&self.selection)? as usize];
        Some((item, item.workload()?))
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a Item<'t>, Workload<'t>)> + use<'a, 't> {
        let set = self.set;
        let items = self.pods().items(&self.selection).into_iter().map(move |index| &set.items[index as usize]);
        items.filter_map(|item| Some((item, item.workload()?)))
    }

    /// What their pods open.
    pub fn ports(&self) -> &Ports<'t> {
        self.pods().ports(self.set, &self.selection)
    }
}

impl<'t> ApplySet<'t> {
    /// The group of an item; nothing for one that is not of the set.
    pub(super) fn group_of(&self, item: &Item<'t>) -> Option<u32> {
        let own = self.items.get(item.index as usize)?;
        if own.object == item.object { self.pods().group_of(item) } else { None }
    }

    pub(super) fn pods(&self) -> &Pods<'t> {
        self.pods.get_or_init(|| Pods::new(self))
    }

    /// The workloads among which are all whose pods carry the labels that a `LabelSelector` names, in any namespace.
    pub fn workloads_like<'a>(&'a self, selector: Node<'a>) -> impl Iterator<Item = (&'a Item<'t>, Workload<'t>)> {
        let groups = self.pods().candidates(Selects::Labels(selector), None);
        let groups = groups.map(|group| &self.pods().groups[group as usize]);
        let items = groups.flat_map(|group| &group.items).map(|&index| &self.items[index as usize]);
        items.filter_map(|item| Some((item, item.workload()?)))
    }

    /// Whether the pods of the repository carry labels of the domain that a key has.
    pub fn labels_pods_with(&self, key: &str) -> bool {
        let domain = key.split_once('/').map(|(domain, _)| domain);
        domain.is_some_and(|domain| self.whole().pods().domains.contains(domain))
    }

    /// The workloads whose pods a plain map of labels (a Service's selector) selects.
    pub fn selected_by_map(&self, map: Node<'_>, namespace: Option<&str>) -> Selected<'_, 't> {
        self.selected(Selects::Map(map), namespace)
    }

    /// The workloads whose pods a `LabelSelector` selects.
    pub fn selected_by(&self, selector: Node<'_>, namespace: Option<&str>) -> Selected<'_, 't> {
        self.selected(Selects::Labels(selector), namespace)
    }

    /// Whether a `LabelSelector` selects pods anywhere in the repository of which it is not known where they will live.
    pub fn selects_unplaced(&self, selector: Node<'_>) -> bool {
        self.finds_unplaced(Selects::Labels(selector))
    }

    /// Whether a `LabelSelector` selects pods anywhere in the repository, in whatever set and namespace.
    pub fn selects_anywhere(&self, selector: Node<'_>) -> bool {
        let all = self.whole();
        !all.pods().select(all, Selects::Labels(selector), None).groups.is_empty()
    }

    /// Whether a `LabelSelector` selects pods of the set in other namespaces alone, all of them known.
    pub fn selects_elsewhere(&self, selector: Node<'_>, namespace: Option<&str>) -> bool {
        let Some(own) = namespace else { return false };
        let selection = self.pods().select(self, Selects::Labels(selector), None);
        let mut places = selection.groups.iter().map(|&group| {
            let first = self.pods().groups[group as usize].items[0];
            self.items[first as usize].namespace()
        });
        !selection.groups.is_empty() && places.all(|place| place.is_some_and(|place| place != own))
    }

    /// The same of a plain map of labels.
    pub fn map_selects_unplaced(&self, map: Node<'_>) -> bool {
        self.finds_unplaced(Selects::Map(map))
    }

    fn finds_unplaced(&self, selects: Selects<'_>) -> bool {
        let all = self.whole();
        let selection = all.pods().select(all, selects, None);
        selection.groups.iter().any(|&group| {
            let first = all.pods().groups[group as usize].items[0];
            all.items[first as usize].namespace().is_none()
        })
    }

    /// Those of the set; where it has none, those around it, if one of them may be referred to.
    fn selected(&self, selects: Selects<'_>, namespace: Option<&str>) -> Selected<'_, 't> {
        let own = Selected { set: self, selection: self.pods().select(self, selects, namespace) };
        let Some(around) = self.around.as_ref().filter(|_| own.is_empty()) else { return own };
        let all = &*around.all;
        let found = Selected { set: all, selection: all.pods().select(all, selects, namespace) };
        if !found.iter().any(|(item, _)| around.sees(item)) {
            return own;
        }
        found.iter().for_each(|(item, _)| around.note(item));
        found
    }
}
