//! Paths that do not change when a list gets another order.
//!
//! In: an object's root and a path in it, as the API server prints it. Out: the same path with the items of lists named by
//! what identifies them (`containers[name=main]`, `ports[containerPort=80]`, `args[=--verbose]`) in place of their numbers,
//! where that names one item alone.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::yaml::known::Numbers;
use crate::yaml::{Kind, Node};

/// The keys by which the API's lists of maps are merged, and those that identify items of other lists; the first that an
/// item has counts. Source: `x-kubernetes-list-map-keys` and `patchMergeKey` of the Kubernetes types.
const KEYS: [&str; 14] = [
    "name",
    "mountPath",
    "devicePath",
    "containerPort",
    "port",
    "key",
    "ip",
    "uid",
    "type",
    "topologyKey",
    "containerName",
    "resourceName",
    "path",
    "host",
];

/// Longest value that stands in a path, in bytes: what is longer is cut, and its length added.
const LONGEST: usize = 80;

/// In collections of so many members each is looked at; of larger ones a table is made.
const MANY: usize = 64;

/// The path with list items named by their keys; nothing where the path has no list item.
pub fn keyed_path(root: Node<'_>, path: &str) -> Option<String> {
    if !path.contains('[') {
        return None;
    }
    let (mut at, mut rest, mut keyed) = (Some(root), path, String::with_capacity(path.len() + 16));
    while let Some(node) = at {
        let Some(step) = step(node, rest) else { break };
        match step.item {
            Some(item) => push_item(&mut keyed, node, item, &rest[..step.len]),
            None => keyed.push_str(&rest[..step.len]),
        }
        (at, rest) = (Some(step.to), &rest[step.len..]);
    }
    keyed.push_str(rest);
    (keyed != path).then_some(keyed)
}

/// One step of a path: how much of the text it takes, where it leads, and the list item it names.
struct Step<'t> {
    len: usize,
    to: Node<'t>,
    item: Option<usize>,
}

fn step<'t>(node: Node<'t>, rest: &str) -> Option<Step<'t>> {
    if node.is_sequence() {
        let end = rest.find(']')?;
        let index: usize = rest.strip_prefix('[')?.get(..end - 1)?.parse().ok()?;
        let to = node.item(index)?;
        return Some(Step { len: end + 1, to, item: Some(index) });
    }
    let name = rest.strip_prefix(['.', '[']).unwrap_or(rest);
    let bracket = rest.starts_with('[');
    let before = rest.len() - name.len();
    let ends = |key: &str| {
        let behind = &name[key.len()..];
        if bracket { behind.starts_with(']') } else { behind.is_empty() || behind.starts_with(['.', '[']) }
    };
    // Keys may hold dots and brackets themselves: the longest that fits is meant.
    if node.len() > MANY {
        let may_end = |(_, c): &(usize, char)| if bracket { *c == ']' } else { matches!(c, '.' | '[') };
        let inner = name.char_indices().filter(may_end).map(|(at, _)| at);
        let ends: Vec<_> = inner.chain((!bracket).then_some(name.len())).collect();
        let entry = ends.into_iter().rev().find_map(|end| node.get_entry(&name[..end]))?;
        let len = before + entry.name.len() + usize::from(bracket);
        return Some(Step { len, to: entry.value, item: None });
    }
    let fits = node.entries().filter(|entry| name.starts_with(entry.name) && ends(entry.name));
    let entry = fits.max_by_key(|entry| entry.name.len())?;
    let len = before + entry.name.len() + usize::from(bracket);
    Some(Step { len, to: entry.value, item: None })
}

/// Appends an item by what identifies it, or as it stands in the path.
fn push_item(keyed: &mut String, list: Node<'_>, index: usize, written: &str) {
    let Some(item) = list.item(index) else { return keyed.push_str(written) };
    let key = key_of(item);
    let Some(value) = scalar_at(item, key) else { return keyed.push_str(written) };
    let number = match list.len() {
        0..=MANY => number_of(list, index, key, value),
        _ => list.tree().known.numbers(list.id(), || numbers(list)).get(index).copied().flatten(),
    };
    keyed.push('[');
    keyed.push_str(key);
    keyed.push('=');
    let cut = (0..=LONGEST.min(value.len())).rev().find(|at| value.is_char_boundary(*at)).unwrap_or(0);
    keyed.push_str(&value[..cut]);
    if cut < value.len() {
        keyed.push_str(&format!("…{}", value.len()));
    }
    if let Some(number) = number {
        keyed.push_str(&format!("#{number}"));
    }
    keyed.push(']');
}

/// The key that identifies an item; nothing for one that is no map or has none.
fn key_of(item: Node<'_>) -> &'static str {
    let own = |key: &&str| item.is_mapping() && scalar_at(item, key).is_some();
    KEYS.into_iter().find(own).unwrap_or("")
}

/// Which of several items with that value of a key an item is; nothing where it is the only one.
fn number_of(list: Node<'_>, index: usize, key: &str, value: &str) -> Option<u32> {
    let same: Vec<_> = (0..).zip(list.items()).filter(|(_, other)| scalar_at(*other, key) == Some(value)).collect();
    let own = same.iter().position(|&(at, _)| at == index).unwrap_or(0);
    (same.len() > 1).then_some(own as u32)
}

/// The same for all items of a list, by the keys that identify them.
fn numbers(list: Node<'_>) -> Numbers {
    let used: BTreeSet<_> = list.items().map(key_of).collect();
    let mut same: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (at, item) in list.items().enumerate() {
        for key in &used {
            if let Some(value) = scalar_at(item, key) {
                same.entry((*key, value)).or_default().push(at);
            }
        }
    }
    let number = |(at, item)| {
        let key = key_of(item);
        let same = same.get(&(key, scalar_at(item, key)?)).filter(|same| same.len() > 1)?;
        same.binary_search(&at).ok().map(|own| own as u32)
    };
    list.items().enumerate().map(number).collect()
}

/// A scalar as written: the value of a key of a map, or the item itself.
fn scalar_at<'t>(item: Node<'t>, key: &str) -> Option<&'t str> {
    let node = if item.is_mapping() { item.get(key)? } else { item };
    match node.kind() {
        Kind::String(text) => Some(text),
        Kind::Bool(_) | Kind::Int(_) | Kind::UInt(_) | Kind::Float(_) => Some(node.raw()),
        Kind::Null | Kind::Sequence | Kind::Mapping => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, SourceId};
    use crate::yaml::{self, Limits};

    #[test]
    fn items_of_long_lists_are_numbered_alike() {
        let items: String = (0..200)
            .map(|i| match i % 4 {
                0 => format!("- {{name: a{}, port: 1}}\n", i % 24),
                1 => format!("- {{port: {}}}\n", i % 20),
                2 => format!("- a{}\n", i % 3),
                _ => "- {}\n".to_owned(),
            })
            .collect();
        let source = Source::from_text(SourceId(0), "a.yaml", items.as_str());
        let documents = yaml::read(&source, &Limits::default());
        let list = documents[0].tree.as_ref().expect("it parses").root();
        let known = numbers(list);
        for (at, item) in list.items().enumerate() {
            let key = key_of(item);
            let one = scalar_at(item, key).and_then(|value| number_of(list, at, key, value));
            assert_eq!(known[at], one, "item {at}");
        }
    }

    #[test]
    fn keys_of_large_maps_are_found_as_those_of_small_ones() {
        let keys: String = (0..100).map(|i| format!("  k{i}: [{{name: x}}]\n")).collect();
        let text = format!("data:\n{keys}  a.conf: 1\n  a: {{conf: [1]}}\n  \"l[0]\": [1]\n");
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = yaml::read(&source, &Limits::default());
        let root = documents[0].tree.as_ref().expect("it parses").root();
        for (path, keyed) in [
            ("data.k7[0].b", "data.k7[name=x].b"),
            ("data[k7][0]", "data[k7][name=x]"),
            ("data[l[0]][0]", "data[l[0]][=1]"),
            ("data.a.conf[0]", "data.a.conf[0]"),
            ("data.nothing[0]", "data.nothing[0]"),
        ] {
            assert_eq!(keyed_path(root, path).as_deref().unwrap_or(path), keyed);
        }
    }

    #[test]
    fn items_are_named_by_their_keys() {
        let text = "spec:\n  containers:\n  - name: a.b\n    args: [--x, y, y]\n    ports: [{containerPort: 80}, {}]\n  \
                    - {name: c, env: [{name: P, value: q}]}\ndata: {a.conf: x, \"l[0]\": [1]}\n";
        let source = Source::from_text(SourceId(0), "a.yaml", text);
        let documents = yaml::read(&source, &Limits::default());
        let root = documents[0].tree.as_ref().expect("it parses").root();
        for (path, keyed) in [
            ("spec.containers[0].image", "spec.containers[name=a.b].image"),
            ("spec.containers[0].args[0]", "spec.containers[name=a.b].args[=--x]"),
            ("spec.containers[0].args[2]", "spec.containers[name=a.b].args[=y#1]"),
            ("spec.containers[0].ports[0].hostPort", "spec.containers[name=a.b].ports[containerPort=80].hostPort"),
            ("spec.containers[0].ports[1]", "spec.containers[name=a.b].ports[1]"),
            ("spec.containers[1].env[0].value", "spec.containers[name=c].env[name=P].value"),
            ("spec.containers[7].image", "spec.containers[7].image"),
            ("data[a.conf]", "data[a.conf]"),
            ("data[l[0]][0]", "data[l[0]][=1]"),
        ] {
            assert_eq!(keyed_path(root, path).as_deref().unwrap_or(path), keyed);
        }
        assert_eq!(keyed_path(root, "spec.replicas"), None);
    }
}
