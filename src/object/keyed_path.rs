//! Paths that do not change when a list gets another order.
//!
//! In: an object's root and a path in it, as the API server prints it. Out: the same path with the items of lists named by
//! what identifies them (`containers[name=main]`, `ports[containerPort=80]`, `args[=--verbose]`) in place of their numbers,
//! where that names one item alone.

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
        let to = node.items().nth(index)?;
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
    let fits = node.entries().filter(|entry| name.starts_with(entry.name) && ends(entry.name));
    let entry = fits.max_by_key(|entry| entry.name.len())?;
    let len = before + entry.name.len() + usize::from(bracket);
    Some(Step { len, to: entry.value, item: None })
}

/// Appends an item by what identifies it, or as it stands in the path.
fn push_item(keyed: &mut String, list: Node<'_>, index: usize, written: &str) {
    let Some(item) = list.items().nth(index) else { return keyed.push_str(written) };
    let own = |key: &&str| item.is_mapping() && scalar_at(item, key).is_some();
    let key = KEYS.into_iter().find(own).unwrap_or("");
    let Some(value) = scalar_at(item, key) else { return keyed.push_str(written) };
    let same: Vec<_> = (0..).zip(list.items()).filter(|(_, other)| scalar_at(*other, key) == Some(value)).collect();
    keyed.push('[');
    keyed.push_str(key);
    keyed.push('=');
    let cut = (0..=LONGEST.min(value.len())).rev().find(|at| value.is_char_boundary(*at)).unwrap_or(0);
    keyed.push_str(&value[..cut]);
    if cut < value.len() {
        keyed.push_str(&format!("…{}", value.len()));
    }
    if same.len() > 1 {
        let own = same.iter().position(|&(at, _)| at == index).unwrap_or(0);
        keyed.push_str(&format!("#{own}"));
    }
    keyed.push(']');
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
