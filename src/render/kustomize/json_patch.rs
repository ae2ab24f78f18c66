//! JSON patches (RFC 6902).
//!
//! In: the operations and an object. Out: the object, patched. What kustomize's library takes beside the RFC is taken too:
//! negative indices, a first part that is ignored, `replace` of a key that is not there.

use super::failure::{BuildResult, at};
use super::finish::{reread, value};
use super::node::{Data, Entry, Node, Scalar, Tag};
use crate::source::Span;

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    name: String,
    path: Option<String>,
    from: Option<String>,
    value: Node,
    span: Span,
}

/// Reads the operations of a patch.
///
/// # Errors
/// Where it is no list of maps.
pub fn operations(patch: &Node) -> BuildResult<Vec<Operation>> {
    let Data::Sequence(items) = &patch.data else {
        return at(patch.origin.span, "a JSON patch is a list of operations");
    };
    items.iter().map(operation).collect()
}

fn operation(node: &Node) -> BuildResult<Operation> {
    if !node.is_map() {
        return at(node.origin.span, "an operation of a JSON patch is a map");
    }
    let text = |key: &str| node.get(key).filter(|node| node.scalar().is_some()).map(|node| node.value().to_owned());
    let mut value = match node.get("value") {
        Some(value) => value.clone(),
        None => Node { data: Data::Scalar(Scalar::new("null", Tag::Null)), origin: node.origin.clone() },
    };
    reread(&mut value)?;
    Ok(Operation {
        name: text("op").unwrap_or_default(),
        path: text("path"),
        from: text("from"),
        value,
        span: node.origin.span,
    })
}

/// Applies operations to an object, which is read anew for that.
///
/// # Errors
/// At the operation that does not apply.
pub fn apply(object: &mut Node, operations: &[Operation]) -> BuildResult<()> {
    reread(object)?;
    operations.iter().try_for_each(|operation| operation.apply(object))
}

impl Operation {
    fn apply(&self, object: &mut Node) -> BuildResult<()> {
        match self.name.as_str() {
            "add" => self.add(object, self.path()?, self.value.clone()),
            "replace" => self.replace(object),
            "remove" => self.remove(object, self.path()?).map(drop),
            "move" => {
                let node = self.remove(object, self.from()?)?;
                self.add(object, self.path()?, node)
            }
            "copy" => {
                let node = self.get(object, self.from()?)?;
                self.add(object, self.path()?, node)
            }
            "test" => self.test(object),
            other => at(self.span, format!("`{other}` is not an operation of a JSON patch")),
        }
    }

    fn path(&self) -> BuildResult<&str> {
        self.path.as_deref().map_or_else(|| at(self.span, "the operation has no `path`"), Ok)
    }

    fn from(&self) -> BuildResult<&str> {
        self.from.as_deref().map_or_else(|| at(self.span, "the operation has no `from`"), Ok)
    }

    fn missing<T>(&self, path: &str) -> BuildResult<T> {
        at(self.span, format!("`{}` does not apply: the object has no `{path}`", self.name))
    }

    /// The collection that a path's last part lies in, and that part.
    fn container<'n>(&self, object: &'n mut Node, path: &str) -> BuildResult<(&'n mut Node, String)> {
        let parts: Vec<String> = path.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
        if parts.len() < 2 {
            return self.missing(path);
        }
        let (last, between) = (parts.len() - 1, &parts[1..parts.len() - 1]);
        let mut node = object;
        for part in between {
            let next = match &mut node.data {
                Data::Mapping(entries) => {
                    entries.iter_mut().find(|entry| *entry.key.text == **part).map(|entry| &mut entry.value)
                }
                Data::Sequence(items) => index(part, items.len()).and_then(|index| items.get_mut(index)),
                Data::Scalar(_) => None,
            };
            let Some(next) = next.filter(|next| next.scalar().is_none()) else { return self.missing(path) };
            node = next;
        }
        Ok((node, parts[last].clone()))
    }

    fn add(&self, object: &mut Node, path: &str, value: Node) -> BuildResult<()> {
        let (container, key) = self.container(object, path)?;
        match &mut container.data {
            Data::Mapping(entries) => put(entries, &key, value, self.span),
            Data::Sequence(items) if key == "-" => items.push(value),
            Data::Sequence(items) => match index(&key, items.len() + 1) {
                Some(index) => items.insert(index, value),
                None => return self.missing(path),
            },
            Data::Scalar(_) => return self.missing(path),
        }
        Ok(())
    }

    fn replace(&self, object: &mut Node) -> BuildResult<()> {
        let path = self.path()?;
        let (container, key) = self.container(object, path)?;
        match &mut container.data {
            Data::Mapping(entries) => put(entries, &key, self.value.clone(), self.span),
            Data::Sequence(items) => match index(&key, items.len()) {
                Some(index) => items[index] = self.value.clone(),
                None => return self.missing(path),
            },
            Data::Scalar(_) => return self.missing(path),
        }
        Ok(())
    }

    fn remove(&self, object: &mut Node, path: &str) -> BuildResult<Node> {
        let (container, key) = self.container(object, path)?;
        let removed = match &mut container.data {
            Data::Mapping(_) => container.remove(&key),
            Data::Sequence(items) => index(&key, items.len()).map(|index| items.remove(index)),
            Data::Scalar(_) => None,
        };
        removed.map_or_else(|| self.missing(path), Ok)
    }

    /// A copy of what lies at a path; null where a map has no such key.
    fn get(&self, object: &mut Node, path: &str) -> BuildResult<Node> {
        let (container, key) = self.container(object, path)?;
        match &container.data {
            Data::Mapping(_) => {
                let null =
                    Node { data: Data::Scalar(Scalar::new("null", Tag::Null)), origin: self.value.origin.clone() };
                Ok(container.get(&key).cloned().unwrap_or(null))
            }
            Data::Sequence(items) => match index(&key, items.len()) {
                Some(index) => Ok(items[index].clone()),
                None => self.missing(path),
            },
            Data::Scalar(_) => self.missing(path),
        }
    }

    fn test(&self, object: &mut Node) -> BuildResult<()> {
        let path = self.path()?;
        let found = self.get(object, path)?;
        if value(&found)?.to_json() == value(&self.value)?.to_json() {
            return Ok(());
        }
        at(self.span, format!("the test of `{path}` fails"))
    }
}

fn put(entries: &mut Vec<Entry>, key: &str, value: Node, span: Span) {
    match entries.iter_mut().find(|entry| &*entry.key.text == key) {
        Some(entry) => entry.value = value,
        None => entries.push(Entry { key: Scalar::new(key, Tag::Str), at: span, value }),
    }
}

/// The index that a part of a path means in a list of so many; a negative one counts from the end.
fn index(part: &str, length: usize) -> Option<usize> {
    let index: i64 = part.parse().ok()?;
    let index = if index < 0 { index + length as i64 } else { index };
    usize::try_from(index).ok().filter(|index| *index < length)
}
