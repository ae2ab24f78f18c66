//! Where a node lies in its document.
//!
//! In: a node. Out: its path as the API server prints it: `spec.containers[0].image`, and brackets around the keys of
//! maps that users fill in (`data[app.conf]`, `metadata.labels[app]`).

use std::fmt::Write;

use crate::escape;

use super::tree::Node;

/// Fields of Kubernetes objects that are maps with free keys: their keys stand in brackets.
const MAP_FIELDS: &[&str] = &[
    "allocatable",
    "annotations",
    "binaryData",
    "capacity",
    "commonAnnotations",
    "commonLabels",
    "data",
    "default",
    "defaultRequest",
    "hard",
    "labels",
    "limits",
    "matchLabels",
    "max",
    "maxLimitRequestRatio",
    "min",
    "nodeSelector",
    "overhead",
    "parameters",
    "requests",
    "stringData",
    "volumeAttributes",
];

/// Whether the keys of a map under this field name are free.
pub(crate) fn is_free_map(field: &str) -> bool {
    MAP_FIELDS.binary_search(&field).is_ok()
}

impl<'t> Node<'t> {
    /// The path from the document's root.
    pub fn path(self) -> String {
        self.path_from(None)
    }

    /// The path from `root` (an item of a List, say), or from the document's root.
    pub fn path_from(self, root: Option<Node<'t>>) -> String {
        let mut path = String::new();
        let mut field = "";
        for (depth, node) in self.chain_from(root).enumerate() {
            // `parameters` of a StorageClass have free keys; deeper down (IngressClass) they are fields.
            let plain = field == "parameters" && depth > 1;
            field = push_segment(&mut path, node, if plain { "" } else { field });
        }
        path
    }

    /// The path as strict decoding and OpenAPI validation print it: dots before the keys of free maps too.
    pub fn dotted_path_from(self, root: Option<Node<'t>>) -> String {
        let mut path = String::new();
        for node in self.chain_from(root) {
            push_segment(&mut path, node, "");
        }
        path
    }

    /// The nodes from below `root` (or from the document's root) down to this one.
    pub fn chain_from(self, root: Option<Node<'t>>) -> impl Iterator<Item = Node<'t>> {
        let mut chain = Vec::new();
        let mut at = self;
        while Some(at) != root {
            chain.push(at);
            let Some(parent) = at.parent() else { break };
            at = parent;
        }
        chain.into_iter().rev()
    }
}

/// Appends how `node` hangs in its parent, which itself stands under `field`; gives the field `node` stands under.
fn push_segment<'t>(path: &mut String, node: Node<'t>, field: &'t str) -> &'t str {
    if let Some(entry) = node.entry() {
        // Of all `parameters` only those of an object itself (a StorageClass) are a map with free keys; and some
        // `nodeSelector`s are no maps but selectors with terms.
        let own = (field != "parameters" || path == field) && entry.name != "nodeSelectorTerms";
        let free = is_free_map(field) && own;
        push_key(path, entry.name, free);
        return entry.name;
    }
    if let Some(index) = node.index() {
        // Writing to a string does not fail.
        let _ = write!(path, "[{index}]");
    }
    ""
}

/// Appends a key in one of the two spellings.
pub(crate) fn push_key(path: &mut String, key: &str, brackets: bool) {
    let key = &*escape::name(key);
    if brackets {
        path.push('[');
        path.push_str(key);
        path.push(']');
    } else {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_fields_are_sorted() {
        assert!(MAP_FIELDS.is_sorted());
    }
}
