//! Changes to a document that only its own set can see.
//!
//! In: an object as it was and as it is. Out: whether what is asked of the whole repository (which objects there are, their names
//! and labels, what they refer to and speak of) has the same answers after the change as before it.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::object::{Object, Workload};
use crate::yaml::{Document, Kind, Node};

use super::ApplySet;
use super::usage::words;

/// Fields of containers of which no table over the repository takes more than the names they speak of.
const PRIVATE: [&str; 7] =
    ["image", "imagePullPolicy", "livenessProbe", "readinessProbe", "resources", "securityContext", "startupProbe"];

/// The kinds whose names are asked for wherever something speaks of them.
const NAMED: [&str; 3] = ["ConfigMap", "Secret", "Service"];

/// The names of objects of these kinds.
#[derive(Debug)]
pub struct Named(FxHashSet<Box<str>>);

impl ApplySet<'_> {
    /// Whether texts of files decide about objects in others: patches of kustomizations that are not built, what these generate.
    pub fn is_shaped(&self) -> bool {
        !self.generated.is_empty() || self.items.iter().any(|item| !item.surroundings.patches.is_empty())
    }
}

impl Named {
    /// Those of a set.
    pub fn of(set: &ApplySet<'_>) -> Self {
        let kinds = set.items.iter().filter(|item| NAMED.contains(&item.object.gvk.kind));
        Self(kinds.filter_map(|item| item.name()).map(Box::from).collect())
    }

    /// Whether a change to a document hides from everything but the set that it is in: its values are the same, but for those of
    /// some fields of a workload's containers, where the old and the new ones speak of the same objects of the repository.
    pub fn hide_change(&self, old: &Document, new: &Document) -> bool {
        let (Ok(old), Ok(new)) = (&old.tree, &new.tree) else { return false };
        if old.note().is_some() || new.note().is_some() {
            return false;
        }
        let (old, new) = (old.root(), new.root());
        self.hide(old, new, is_own_workload(new), false)
    }

    /// The same of two nodes; `in_container` where these are a container of a workload.
    fn hide(&self, old: Node<'_>, new: Node<'_>, of_workload: bool, in_container: bool) -> bool {
        match (old.kind(), new.kind()) {
            (Kind::Mapping, Kind::Mapping) => {
                old.entries().count() == new.entries().count()
                    && old.entries().zip(new.entries()).all(|(old, new)| {
                        if old.name != new.name {
                            return false;
                        }
                        if in_container && PRIVATE.contains(&old.name) {
                            return self.spoken_in(old.value) == self.spoken_in(new.value);
                        }
                        let are_containers = of_workload && matches!(old.name, "containers" | "initContainers");
                        match are_containers && old.value.is_sequence() && new.value.is_sequence() {
                            true => self.hide_items(old.value, new.value, of_workload, true),
                            false => self.hide(old.value, new.value, of_workload, false),
                        }
                    })
            }
            (Kind::Sequence, Kind::Sequence) => self.hide_items(old, new, of_workload, false),
            (old, new) => old == new,
        }
    }

    fn hide_items(&self, old: Node<'_>, new: Node<'_>, of_workload: bool, are_containers: bool) -> bool {
        old.items().count() == new.items().count()
            && old.items().zip(new.items()).all(|(old, new)| self.hide(old, new, of_workload, are_containers))
    }

    /// The names that the texts below a node speak of, of those that are asked for.
    fn spoken_in<'n>(&self, node: Node<'n>) -> BTreeSet<&'n str> {
        let (mut open, mut names) = (vec![node], BTreeSet::new());
        while let Some(node) = open.pop() {
            open.extend(node.items().chain(node.entries().map(|entry| entry.value)));
            let mut take = |word: &'n str| {
                if self.0.contains(word) {
                    names.insert(word);
                }
            };
            if let Kind::String(text) = node.kind() {
                words(text, &mut take);
            }
        }
        names
    }
}

/// Whether an object is a workload of Kubernetes itself: of others, any text may be a name that an operator makes.
fn is_own_workload(root: Node<'_>) -> bool {
    let object = Object::from_node(root).filter(|object| matches!(object.gvk.group, "" | "apps" | "batch"));
    object.and_then(Workload::of).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::workspace::{Item, Surroundings};
    use crate::yaml::{Limits, read};

    fn document(text: &str) -> Document {
        read(&Source::from_text(SourceId(0), "a.yaml", text), &Limits::default()).remove(0)
    }

    #[test]
    fn what_a_container_runs_with_is_private_and_what_it_refers_to_is_not() {
        let deployment = |image: &str, config: &str| {
            document(&format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec:\n  template:\n    spec:\n      containers:\n      \
                 - {{name: web, image: {image}, envFrom: [{{configMapRef: {{name: {config}}}}}]}}\n"
            ))
        };
        let service = document("apiVersion: v1\nkind: Service\nmetadata: {name: cart}\n");
        let surroundings = Surroundings::default();
        let object = Object::from_node(service.tree.as_ref().expect("it parses").root()).expect("an object");
        let set = Named::of(&ApplySet::new(vec![Item::new(object, SourceId(1), 0, &surroundings)]));
        let old = deployment("web:1", "settings");
        assert!(set.hide_change(&old, &deployment("web:2", "settings")));
        assert!(!set.hide_change(&old, &deployment("web:1", "others")));
        assert!(!set.hide_change(&old, &deployment("cart:1", "settings")), "it speaks of a Service now");
        assert!(!set.hide_change(&deployment("cart:1", "settings"), &old), "it spoke of a Service");
        assert!(set.hide_change(&deployment("cart:1", "settings"), &deployment("cart:2", "settings")));
        let labelled = |comment: &str, label: &str| {
            document(&format!("{comment}apiVersion: v1\nkind: Pod\nmetadata: {{name: a, labels: {{a: {label}}}}}\n"))
        };
        assert!(set.hide_change(&labelled("", "x"), &labelled("# a comment\n", "\"x\"")));
        assert!(!set.hide_change(&labelled("", "x"), &labelled("", "y")));
        assert!(!set.hide_change(&labelled("", "x"), &labelled("a: [\n", "x")));
    }
}
