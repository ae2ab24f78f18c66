//! Label selectors.
//!
//! In: a selector's node (a plain map of labels, or `matchLabels` and `matchExpressions`) and a map of labels. Out:
//! whether it selects, as apimachinery's `labels.Selector` decides.

use crate::yaml::Node;

/// The labels of an object or of a pod template: a mapping, or nothing.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'t>(pub Option<Node<'t>>);

impl<'t> Labels<'t> {
    /// The value of a label; null reads as the empty string, as the server decodes it.
    pub fn get(self, key: &str) -> Option<&'t str> {
        value(self.0?.get_entry(key)?.value)
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_none_or(|node| node.entries().next().is_none())
    }

    /// Keys and values, in the order written.
    pub fn iter(self) -> impl Iterator<Item = (&'t str, &'t str)> {
        self.0.into_iter().flat_map(Node::entries).filter_map(|entry| Some((entry.name, value(entry.value)?)))
    }
}

fn value(node: Node<'_>) -> Option<&str> {
    if node.is_null() { Some("") } else { node.as_str() }
}

/// Whether a plain map of labels (a Service's or ReplicationController's selector) selects. An empty one selects nothing
/// by itself: such a Service has hand-made endpoints.
pub fn map_selects(selector: Node<'_>, labels: Labels<'_>) -> bool {
    map_selects_by(selector, &|key| labels.get(key))
}

/// Whether a plain map of labels selects labels that are looked up by key.
pub fn map_selects_by<'l>(selector: Node<'_>, label: &dyn Fn(&str) -> Option<&'l str>) -> bool {
    let mut any = false;
    let all = selector.entries().all(|entry| {
        any = true;
        value(entry.value).is_some_and(|value| label(entry.name) == Some(value))
    });
    any && all
}

/// Whether a `LabelSelector` selects. An empty one selects everything.
pub fn selects(selector: Node<'_>, labels: Labels<'_>) -> bool {
    selects_by(selector, &|key| labels.get(key))
}

/// Whether a `LabelSelector` selects labels that are looked up by key.
pub fn selects_by<'l>(selector: Node<'_>, label: &dyn Fn(&str) -> Option<&'l str>) -> bool {
    let labels_match = selector.get("matchLabels").is_none_or(|map| {
        map.entries().all(|entry| value(entry.value).is_some_and(|value| label(entry.name) == Some(value)))
    });
    labels_match && selector.get("matchExpressions").is_none_or(|list| list.items().all(|e| holds(e, label)))
}

fn holds<'l>(expression: Node<'_>, label: &dyn Fn(&str) -> Option<&'l str>) -> bool {
    let (Some(key), Some(operator)) = (expression.str_at("key"), expression.str_at("operator")) else { return false };
    let found = label(key);
    let listed = || {
        let values = expression.get("values");
        found.is_some_and(|found| values.is_some_and(|list| list.items().any(|item| value(item) == Some(found))))
    };
    match operator {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        _ => false,
    }
}
