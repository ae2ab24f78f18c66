//! What ConfigMaps and Secrets hold.
//!
//! In: a kind, a name and a namespace. Out: the keys of all objects that may be meant, found once for all who refer to them.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::object::Object;
use crate::yaml::Node;

use super::memo::Memo;
use super::{ApplySet, Near};

/// What objects of one name hold, taken together: those of a namespace, those of an unknown one, and those that are moved
/// from the namespace elsewhere. Each part is found once.
#[derive(Debug, Default)]
pub struct Content<'t>([Option<Arc<Part<'t>>>; 3]);

/// Objects of one name whose namespace is told in one way.
#[derive(Debug, Default)]
pub(super) struct Part<'t> {
    /// The number of the first of them, where there is any.
    first: Option<u32>,
    /// All keys are written down.
    known: bool,
    /// The keys of any of them.
    keys: FxHashSet<&'t str>,
    /// The first of these, in the order in which they come, with the number of the object.
    in_order: Vec<(u32, &'t str)>,
}

/// So many keys are kept in their order.
pub const MAX_KEYS: usize = 500;

/// By kind and name, and whose namespace is known (and is that), unknown, or only written down.
pub(super) type Contents<'t> = Memo<(String, String, How, Option<String>), Arc<Part<'t>>>;

/// How objects are found by their namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum How {
    Near,
    Of,
    Written,
}

impl<'t> Content<'t> {
    fn parts(&self) -> impl Iterator<Item = &Part<'t>> {
        self.0.iter().flatten().map(|part| &**part)
    }

    /// The number of the first object, where there is any.
    pub fn first(&self) -> Option<u32> {
        self.parts().filter_map(|part| part.first).min()
    }

    /// Whether all keys are written down, and this is none of them.
    pub fn lacks(&self, key: &str) -> bool {
        self.parts().all(|part| part.known && !part.keys.contains(key))
    }

    /// The first keys, in the order in which they come.
    pub fn keys(&self) -> Vec<&'t str> {
        let mut all: Vec<_> = self.parts().flat_map(|part| part.in_order.iter().copied()).collect();
        // What comes from one object keeps its order.
        all.sort_by_key(|(index, _)| *index);
        let mut seen = FxHashSet::default();
        all.into_iter().map(|(_, key)| key).filter(|key| seen.insert(*key)).take(MAX_KEYS).collect()
    }
}

impl<'t> ApplySet<'t> {
    /// What the objects of that kind and name hold that may live in a namespace.
    pub fn content_of(&self, kind: &str, name: &str, namespace: Option<&str>) -> Content<'t> {
        let Some(found) = self.by_name.get(&(kind, name)) else { return Content::default() };
        let key = |how, namespace: Option<&str>| (kind.to_owned(), name.to_owned(), how, namespace.map(str::to_owned));
        if found.are_few() || namespace.is_none() {
            let part = || Arc::new(Part::of(found.near(&self.items, namespace, true)));
            return Content([Some(self.contents.get(key(How::Near, namespace), part)), None, None]);
        }
        let part = |how, namespace: Option<&str>, items: &[u32]| {
            let part = || Arc::new(Part::of(self.numbered(items)));
            (!items.is_empty()).then(|| self.contents.get(key(how, namespace), part))
        };
        let (of, unknown) = (found.of(&self.items, namespace), found.of(&self.items, None));
        let written = found.written(&self.items, namespace);
        Content([part(How::Of, namespace, of), part(How::Of, None, unknown), part(How::Written, namespace, written)])
    }
}

impl<'t> Part<'t> {
    fn of(items: Near<'_, 't>) -> Self {
        let mut part = Self { known: true, ..Self::default() };
        for item in items {
            part.first.get_or_insert(item.index);
            part.known &= has_known_content(item.object);
            let maps = FIELDS.iter().filter_map(|field| item.object.root.get(field));
            for entry in maps.flat_map(Node::entries) {
                if part.keys.insert(entry.name) && part.in_order.len() < MAX_KEYS {
                    part.in_order.push((item.index, entry.name));
                }
            }
        }
        part
    }
}

const FIELDS: [&str; 3] = ["data", "stringData", "binaryData"];

/// Whether an object's keys are all written down: some are, and no controller adds others.
fn has_known_content(object: Object<'_>) -> bool {
    let filled = object.root.str_at("type").is_some_and(|kind| kind == "kubernetes.io/service-account-token");
    let injected = object.annotations().is_some_and(|annotations| {
        annotations.entries().any(|entry| entry.name.contains("inject") || entry.name.contains("replicat"))
    });
    !filled && !injected && FIELDS.iter().any(|field| object.root.get(field).is_some_and(|map| !map.is_empty()))
}
