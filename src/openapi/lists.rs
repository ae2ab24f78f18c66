//! Lists that are sets or maps.
//!
//! In: a value as the server sees it, and its schema. Out: items that stand twice. Mirrors `ValidateListSetsAndMaps` of
//! apiextensions-apiserver's `schema/listtype`: one complaint for each distinct value, at its second place.

use rustc_hash::FxHashMap;

use crate::yaml::Node;

use super::error_type::ErrorType;
use super::schema::{ListType, Schema};
use super::view::{Shape, View};

/// A complaint: the item, and in words.
pub struct Clash<'a> {
    /// The server's type of error.
    pub kind: ErrorType,
    /// The item.
    pub at: Node<'a>,
    /// In words.
    pub message: String,
}

/// Finds the clashes in a value and below it.
pub fn clashes<'a>(view: View<'a>, schema: &'a Schema, found: &mut Vec<Clash<'a>>) {
    if !schema.has_list_types {
        return;
    }
    match view.shape() {
        Shape::Map => {
            for (name, value) in view.fields() {
                if let Some(schema) = schema.child(name) {
                    clashes(value, schema, found);
                }
            }
        }
        Shape::List => {
            let items = view.items();
            match &schema.list_type {
                Some(ListType::Set) => set(&items, found),
                Some(ListType::Map(keys)) => map(&items, keys, found),
                None => {}
            }
            if let Some(schema) = &schema.items {
                items.into_iter().for_each(|item| clashes(item, schema, found));
            }
        }
        _ => {}
    }
}

fn set<'a>(items: &[View<'a>], found: &mut Vec<Clash<'a>>) {
    for index in repeated(items.iter().map(|item| item.canonical())) {
        found.push(Clash {
            kind: ErrorType::Duplicate,
            at: items[index].at,
            message: "this item is listed twice".to_owned(),
        });
    }
}

fn map<'a>(items: &[View<'a>], keys: &[String], found: &mut Vec<Clash<'a>>) {
    let wrong = items.iter().find(|item| !matches!(item.shape(), Shape::Map | Shape::Null));
    if let Some(item) = wrong {
        found.push(Clash {
            kind: ErrorType::Invalid,
            at: item.at,
            message: "an item of this list must be a map".to_owned(),
        });
        return;
    }
    for index in repeated(items.iter().map(|item| key(*item, keys))) {
        let message = format!("an earlier item has the same {}", keys.join(", "));
        found.push(Clash { kind: ErrorType::Duplicate, at: items[index].at, message });
    }
}

fn key(item: View<'_>, keys: &[String]) -> String {
    let values = keys.iter().map(|key| item.field(key).map_or_else(|| "-".to_owned(), View::canonical));
    values.collect::<Vec<_>>().join("\n")
}

/// The second place of every text that occurs more than once.
fn repeated(texts: impl Iterator<Item = String>) -> Vec<usize> {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut second = Vec::new();
    for (index, text) in texts.enumerate() {
        let times = seen.entry(text).or_default();
        *times += 1;
        if *times == 2 {
            second.push(index);
        }
    }
    second
}
