//! Which names are used.
//!
//! In: an [`ApplySet`]. Out: whether anything in it speaks of a ConfigMap or Secret by name: pods, service accounts,
//! Ingresses, custom resources, annotations, arguments and variables.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::yaml::{Kind, Node};

use super::{ApplySet, Item};

/// Words that objects speak of, collected when first asked for.
#[derive(Debug, Default)]
pub(super) struct Usage<'t>(OnceLock<FxHashSet<&'t str>>);

impl<'t> ApplySet<'t> {
    /// Whether anything in the set, the objects of that kind and name themselves aside, speaks of the name.
    pub fn is_spoken_of(&self, name: &str) -> bool {
        self.usage.0.get_or_init(|| collect(self)).contains(name)
    }
}

fn collect<'t>(set: &ApplySet<'t>) -> FxHashSet<&'t str> {
    let mut words = FxHashSet::default();
    set.items().iter().for_each(|item| object(item, &mut words));
    words
}

/// The strings of an object, cut into words; its own name and labels do not count.
fn object<'t>(item: &Item<'t>, words: &mut FxHashSet<&'t str>) {
    let root = item.object.root;
    let annotations = item.object.metadata().and_then(|metadata| metadata.get("annotations"));
    let mut open: Vec<Node<'t>> = annotations.into_iter().collect();
    open.extend(root.entries().filter(|entry| entry.name != "metadata").map(|entry| entry.value));
    while let Some(node) = open.pop() {
        match node.kind() {
            Kind::String(text) if text.len() < 100_000 => {
                words.extend(
                    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.').filter(|w| w.len() > 1),
                );
            }
            Kind::Sequence => open.extend(node.items()),
            Kind::Mapping => open.extend(node.entries().map(|entry| entry.value)),
            _ => {}
        }
    }
}
