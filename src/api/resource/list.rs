//! Lists and maps with a bound.
//!
//! In: a list or a map. Out: violations of its bound or of the uniqueness of its items. Mirrors `validateSlice`,
//! `validateSet` and `validateMap`: nothing below a list that is too long is checked.

use std::collections::HashSet;

use crate::api::errors::quote;
use crate::api::{ErrorType, Errors};
use crate::yaml::{Entry, Node, Place};

/// The items of `field` under `parent`, none where there are too many.
pub(super) fn bounded<'t>(parent: Node<'t>, field: &str, most: usize, errors: &mut Errors<'t>) -> Vec<Node<'t>> {
    let Some(list) = parent.get(field) else { return Vec::new() };
    if list.len() > most {
        let message = format!("{} items: at most {most} are allowed", list.len());
        errors.error(ErrorType::TooMany, list, message);
        return Vec::new();
    }
    list.items().collect()
}

/// Reports items whose key stood before; the server names the item, not its key.
pub(super) fn unique<'t>(items: &[Node<'t>], key: impl Fn(Node<'t>) -> &'t str, errors: &mut Errors<'t>) {
    let mut seen = HashSet::new();
    for &item in items {
        let key = key(item);
        if !seen.insert(key) {
            errors.error(ErrorType::Duplicate, item, format!("{} is listed twice", quote(key)));
        }
    }
}

/// The longest key of a map that is shown as a whole in a path: a domain, a slash and an identifier.
pub(super) const LONGEST_KEY: usize = 63 + 1 + 32;

/// The path of a map's value, a long key cut in its middle (`truncateIfTooLong`).
pub(super) fn value_path<'t>(entry: Entry<'t>, longest: usize, errors: &Errors<'t>) -> String {
    let map = entry.value.parent().map_or_else(String::new, |map| Place::Value(map).path(errors.root));
    format!("{map}[{}]", truncated(entry.name, longest))
}

fn truncated(key: &str, longest: usize) -> String {
    if key.len() <= longest {
        return key.to_owned();
    }
    let remaining = longest - 3;
    let head = String::from_utf8_lossy(&key.as_bytes()[..remaining.div_ceil(2)]);
    let tail = String::from_utf8_lossy(&key.as_bytes()[key.len() - remaining / 2..]);
    format!("{head}...{tail}")
}
