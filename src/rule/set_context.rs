//! What a rule may know that looks at an object among others.
//!
//! In: a [`Context`] and the set. Out: whether what an object refers to is there, and what selects or uses it.

use std::ops::{Deref, DerefMut};

use crate::finding::Severity;
use crate::knowledge::operators;
use crate::object::{Labels, Object};
use crate::workspace::{ApplySet, Sort, is_put_by_controller};
use crate::yaml::{Node, Place};

use super::Context;

/// Labels that charts put on every object, and seldom on pods: they change with each version.
const OF_CHARTS: [&str; 5] =
    ["helm.sh/chart", "chart", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "heritage"];

/// Handed to the check of a rule that looks at an object and at what is applied together with it.
pub struct SetContext<'a, 't> {
    /// All objects checked together.
    pub set: &'a ApplySet<'t>,
    pub(super) object: Context<'a, 't>,
}

impl<'a, 't> Deref for SetContext<'a, 't> {
    type Target = Context<'a, 't>;

    fn deref(&self) -> &Self::Target {
        &self.object
    }
}

impl DerefMut for SetContext<'_, '_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.object
    }
}

impl<'t> SetContext<'_, 't> {
    /// Whether an object that the one at hand refers to in its own namespace is nowhere, and nothing that is known makes it.
    pub fn is_missing(&self, kind: &str, name: &str) -> bool {
        let namespace = self.item().namespace();
        let found = self.set.named(kind, name, namespace).next().is_some();
        !found && !self.set.may_exist_in(kind, name, namespace)
    }

    /// Whether the repository is where the Services of the item's namespace come from: it holds Services or workloads that
    /// say they live there; where the namespace is unknown, ones that are applied together with the item.
    pub fn are_services_here(&self) -> bool {
        let (set, item) = (self.set, self.item());
        match item.namespace() {
            Some(namespace) => set.has_services_or_workloads_in(namespace),
            None => set.is_applied_with(Sort::Served, &item),
        }
    }

    /// The Secret or ConfigMap of that name, where the repository defines it, its content is known, and the key is not
    /// in it.
    pub fn lacks_key(&self, kind: &str, name: &str, key: &str) -> Option<Place<'t>> {
        let content = self.set.content_of(kind, name, self.item().namespace());
        let known = content.known && !content.keys.contains(key);
        let first = content.first.filter(|_| known && !self.set.may_be_made(kind, name))?;
        Some(first.place())
    }

    /// The key of the Secret or ConfigMap of that name that is spelt most like another, if any is near.
    pub fn nearest_key(&self, kind: &str, name: &str, key: &str) -> Option<&'t str> {
        self.set.content_of(kind, name, self.item().namespace()).nearest(key)
    }

    /// Whether a `LabelSelector` selects no pod of the item's namespace, although the repository holds workloads of it and
    /// nothing else may make such pods, and how sure that is. An empty selector selects everything.
    pub fn selects_nothing(&self, selector: Node<'_>) -> Option<Severity> {
        let namespace = self.item().namespace();
        let wants = wants(selector);
        let home = self.set.has_workloads_in(namespace);
        if !home && !wants.is_empty() && self.set.selects_elsewhere(selector, namespace) {
            return self.is_unmet(wants).map(|_| Severity::Info);
        }
        let checked = !wants.is_empty() && home;
        // Of what says no namespace somebody else says it.
        let anywhere = || namespace.is_none() && self.set.selects_anywhere(selector);
        if !checked || !self.set.selected_by(selector, namespace).is_empty() || anywhere() {
            return None;
        }
        if self.set.is_namespace_partly_read(namespace) {
            return None;
        }
        let unplaced = self.set.selects_unplaced(selector);
        self.is_unmet(wants).map(|most| if unplaced { Severity::Info } else { most })
    }

    /// The label that keeps a `LabelSelector` from the pods that it is meant for: one that charts put on objects, and these
    /// pods lack, though they have all the others.
    pub fn kept_away_by(&self, selector: Node<'_>) -> Option<&'static str> {
        let labels = Labels(selector.get("matchLabels"));
        let unmet = *OF_CHARTS.iter().find(|key| labels.get(key).is_some())?;
        let namespace = self.item().namespace();
        if !self.set.selected_by(selector, namespace).is_empty() {
            return None;
        }
        let is_kept = |key: &str| !OF_CHARTS.contains(&key);
        let meant = self.set.workloads().filter(|(item, _)| item.namespace() == namespace).any(|(_, workload)| {
            let mut kept = labels.iter().filter(|(key, _)| is_kept(key)).peekable();
            let has = |(key, value): (&str, &str)| workload.pod_labels().get(key) == Some(value);
            kept.peek().is_some() && kept.all(has)
        });
        meant.then_some(unmet)
    }

    /// The same of a plain map of labels, as Services have it.
    pub fn map_selects_nothing(&self, map: Node<'_>) -> Option<Severity> {
        let namespace = self.item().namespace();
        let checked = self.set.has_workloads_in(namespace)
            && self.set.selected_by_map(map, namespace).is_empty()
            && !self.set.is_namespace_partly_read(namespace);
        let wants = || Labels(Some(map)).iter().map(|(key, value)| (key, Some(value))).collect();
        let most = if checked { self.is_unmet(wants()) } else { None };
        most.map(|most| if self.set.map_selects_unplaced(map) { Severity::Info } else { most })
    }

    /// Whether labels speak of something that makes pods of its own: an operator's key, the name of its resource.
    pub fn makes_pods(&self, labels: Labels<'_>) -> bool {
        labels.iter().any(|(_, value)| self.set.may_be_operated(value))
            || self.is_unmet(labels.iter().map(|(key, value)| (key, Some(value))).collect()).is_none()
    }

    /// How sure it is that what no pod of the repository has no other pod has: nothing where an operator may make such pods,
    /// a remark where the operator of an unknown custom resource may, or the key of a label has a domain that is neither a known
    /// operator's nor one of the repository's.
    fn is_unmet(&self, wants: Vec<(&str, Option<&str>)>) -> Option<Severity> {
        let elsewhere = |&(key, value): &(&str, Option<&str>)| {
            let made = |value| ApplySet::is_control_plane(key, value) || self.set.is_made("Pod", value, None);
            operators::labels_pods(key) || is_put_by_controller(key) || value.is_some_and(made)
        };
        if wants.iter().any(elsewhere) {
            return None;
        }
        let foreign =
            |key: &str| key.contains('/') && !key.contains("kubernetes.io/") && !self.set.labels_pods_with(key);
        let operated = |value: &Option<&str>| value.is_some_and(|value| self.set.may_be_operated(value));
        Some(if wants.iter().any(|(key, value)| foreign(key) || operated(value)) {
            Severity::Info
        } else {
            Severity::Warning
        })
    }

    /// Whether nothing in the set speaks of the object at hand, although the repository holds workloads of its namespace,
    /// and no label or annotation may lead a controller to it.
    pub fn is_unused(&self, object: Object<'_>) -> bool {
        let Some(name) = object.name() else { return false };
        let annotated = object.annotations().is_some();
        let common =
            |key: &str| key.starts_with("app.kubernetes.io/") || matches!(key, "app" | "name" | "component" | "tier");
        let labelled = object.labels().iter().any(|(key, _)| !common(key));
        let lives = self.set.has_workloads_with_namespace(self.item().namespace());
        let generated = self.set.may_be_made(object.gvk.kind, name);
        lives && !annotated && !labelled && !generated && !self.set.is_spoken_of(name)
    }
}

/// The labels that a `LabelSelector` wants, with a value where it names one.
fn wants<'n>(selector: Node<'n>) -> Vec<(&'n str, Option<&'n str>)> {
    let labels = Labels(selector.get("matchLabels")).iter().map(|(key, value)| (key, Some(value)));
    let expressions = selector.get("matchExpressions").into_iter().flat_map(Node::items);
    let of = |expression: Node<'n>| {
        let values = expression.get("values").filter(|_| expression.str_at("operator") == Some("In"));
        let values: Vec<_> = values.into_iter().flat_map(Node::items).filter_map(Node::as_str).map(Some).collect();
        let values = if values.is_empty() { vec![None] } else { values };
        expression.str_at("key").into_iter().flat_map(move |key| values.clone().into_iter().map(move |v| (key, v)))
    };
    labels.chain(expressions.flat_map(of)).collect()
}
