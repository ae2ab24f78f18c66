//! What a rule may know that looks at an object among others.
//!
//! In: a [`Context`] and the set. Out: whether what an object refers to is there, and what selects or uses it.

use std::ops::{Deref, DerefMut};

use crate::object::{Labels, Object};
use crate::suggest::closest;
use crate::workspace::{ApplySet, Sort};
use crate::yaml::{Node, Place};

use super::Context;

/// Most keys of a Secret or ConfigMap among which the one that was meant is looked for.
const MAX_KEYS: usize = 500;

/// Handed to the check of a rule that looks at an object and at what is applied together with it.
pub struct SetContext<'a, 't> {
    /// All objects judged together.
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
    /// Whether an object that the one at hand refers to in its own namespace is nowhere, and nothing may make it.
    pub fn is_missing(&self, kind: &str, name: &str) -> bool {
        let found = self.set.named(kind, name, self.item().namespace()).next().is_some();
        !found && !self.set.may_be_made(kind, name)
    }

    /// Whether the repository is where the Services of the item's namespace come from: it holds Services or workloads that
    /// say they live there; where the namespace is unknown, ones that are applied together with the item.
    pub fn are_services_here(&self) -> bool {
        let (set, item) = (self.set, self.item());
        match item.namespace() {
            Some(namespace) => set.services_live_in(namespace),
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
        let content = self.set.content_of(kind, name, self.item().namespace());
        closest(key, content.in_order.iter().copied().take(MAX_KEYS))
    }

    /// Whether a `LabelSelector` selects no pod of the item's namespace, although the repository holds workloads of it and
    /// nothing else may make such pods. An empty selector selects everything.
    pub fn selects_nothing(&self, selector: Node<'_>) -> bool {
        let labels = selector.get("matchLabels");
        let by_expression = selector.get("matchExpressions").is_some_and(|list| !list.is_empty());
        let namespace = self.item().namespace();
        let judged = !by_expression && labels.is_some_and(|map| !map.is_empty()) && self.set.is_home_of_pods(namespace);
        judged && self.set.selected_by(selector, namespace).is_empty() && !self.makes_pods(Labels(labels))
    }

    /// Whether labels speak of something that makes pods of its own: an operator's key, the name of its resource.
    pub fn makes_pods(&self, labels: Labels<'_>) -> bool {
        labels.iter().any(|(key, value)| {
            let by_operator = !key.contains("kubernetes.io/") && key.contains('/') && key.contains('.');
            by_operator || ApplySet::is_control_plane(key, value) || self.set.may_be_made("Pod", value)
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
        let lives = self.set.has_workloads_of(self.item().namespace());
        let generated = self.set.may_be_made(object.gvk.kind, name);
        lives && !annotated && !labelled && !generated && !self.set.is_spoken_of(name)
    }
}
