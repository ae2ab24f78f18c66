//! What ConfigMaps and Secrets hold.
//!
//! In: a kind, a name and a namespace. Out: the keys of all objects that may be meant, found once for all who refer to them.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::object::Object;
use crate::suggest::closest;
use crate::yaml::Node;

use super::ApplySet;
use super::memo::Memo;

/// Most keys of a Secret or ConfigMap among which the one that was meant is looked for.
const MAX_KEYS: usize = 500;

/// What objects of one name hold, taken together.
#[derive(Debug, Default)]
pub struct Content<'t> {
    /// The first of them, where there is any.
    pub first: Option<Object<'t>>,
    /// All keys are written down.
    pub known: bool,
    /// The keys of any of them.
    pub keys: FxHashSet<&'t str>,
    /// The same, in the order in which they first come.
    pub in_order: Vec<&'t str>,
    objects: Vec<Object<'t>>,
    nearest: Memo<String, Option<&'t str>>,
    holding: Memo<&'static str, bool>,
}

impl<'t> Content<'t> {
    /// Whether a text in `data` of any of them holds some words; looked for once for all who ask.
    pub fn holds(&self, words: &'static str) -> bool {
        let texts = |object: &Object<'t>| object.root.get("data").into_iter().flat_map(Node::entries);
        let has = |object: &Object<'t>| {
            texts(object).any(|entry| entry.value.as_str().is_some_and(|text| text.contains(words)))
        };
        self.holding.get(words, || self.objects.iter().any(has))
    }

    /// The key that is spelt most like another, if any is near; looked for once for all who ask.
    pub fn nearest(&self, key: &str) -> Option<&'t str> {
        self.nearest.get(key.to_owned(), || closest(key, self.in_order.iter().copied().take(MAX_KEYS)))
    }
}

/// By kind, name and namespace; all namespaces that no object of that kind and name is in share one answer.
pub(super) type Contents<'t> = Memo<(String, String, Option<Option<String>>), Arc<Content<'t>>>;

impl<'t> ApplySet<'t> {
    /// What the objects of that kind and name hold that may live in a namespace.
    pub fn content_of(&self, kind: &str, name: &str, namespace: Option<&str>) -> Arc<Content<'t>> {
        // All namespaces that none of the objects is known to live in see the same ones: those that may live anywhere.
        let place = namespace.map(|namespace| Some(namespace).filter(|own| self.names_place(kind, name, own)));
        let key = (kind.to_owned(), name.to_owned(), place.map(|place| place.map(str::to_owned)));
        self.contents.get(key, || {
            let mut content = Content { known: true, ..Content::default() };
            for item in self.named(kind, name, namespace) {
                content.first.get_or_insert(item.object);
                content.objects.push(item.object);
                content.known &= has_known_content(item.object);
                let maps = FIELDS.iter().filter_map(|field| item.object.root.get(field));
                for entry in maps.flat_map(Node::entries) {
                    if content.keys.insert(entry.name) {
                        content.in_order.push(entry.name);
                    }
                }
            }
            Arc::new(content)
        })
    }
}

impl ApplySet<'_> {
    /// Whether an object of that kind and name is in a namespace, or says so.
    fn names_place(&self, kind: &str, name: &str, namespace: &str) -> bool {
        let in_one = |set: &Self| {
            set.index.named(&set.items, kind, name).is_some_and(|found| found.names(&set.items, namespace))
        };
        in_one(self) || self.around.as_ref().is_some_and(|around| in_one(&around.all))
    }
}

const FIELDS: [&str; 3] = ["data", "stringData", "binaryData"];

/// Whether an object's keys are all written down: some are, and no controller adds others.
fn has_known_content(object: Object<'_>) -> bool {
    let filled = object.root.str_at("type").is_some_and(|kind| kind == "kubernetes.io/service-account-token");
    let injected = object.annotations().is_some_and(|annotations| {
        annotations.entries().any(|entry| entry.name.contains("inject") || entry.name.contains("replicat"))
    });
    // CyberArk's provider adds the keys that this one lists.
    let mapped =
        object.root.at(&["stringData", "conjur-map"]).or_else(|| object.root.at(&["data", "conjur-map"])).is_some();
    !filled
        && !injected
        && !mapped
        && FIELDS.iter().any(|field| object.root.get(field).is_some_and(|map| !map.is_empty()))
}
