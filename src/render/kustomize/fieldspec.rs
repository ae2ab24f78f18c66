//! Finding the fields that a transformer touches.
//!
//! In: an object, a field spec, what to do with a field. Out: the object, changed.

use super::branch::Branch;
use super::config::FieldSpec;
use super::failure::{BuildResult, at};
use super::node::{Data, Node, Scalar, Tag};
use crate::render::origin::Origin;

/// What a field becomes that has to be made.
#[derive(Debug, Clone)]
pub enum Make {
    /// Nothing is made.
    Nothing,
    /// A scalar without text.
    Scalar(Tag, Origin),
    /// A map.
    Map(Origin),
}

impl Make {
    fn leaf(&self) -> Option<Node> {
        match self {
            Make::Nothing => None,
            Make::Scalar(tag, origin) => {
                Some(Node { data: Data::Scalar(Scalar::new("", *tag)), origin: origin.clone() })
            }
            Make::Map(origin) => Some(Node::map(origin.clone())),
        }
    }

    fn branch(&self) -> Option<Node> {
        match self {
            Make::Nothing => None,
            Make::Scalar(_, origin) | Make::Map(origin) => Some(Node::map(origin.clone())),
        }
    }
}

/// Does something with each field of an object that a spec names, whatever the object's kind.
///
/// # Errors
/// Where the path leads through a scalar, and what `act` gives.
pub fn apply_to(
    node: &mut Node,
    spec: &FieldSpec,
    make: &Make,
    act: &mut dyn FnMut(&mut Node) -> BuildResult<()>,
) -> BuildResult<()> {
    apply_where(node, spec, make, &|_| true, act)
}

/// The same where `act` leaves a field as it is for which `acts` is false: an object without any other is not touched.
///
/// # Errors
/// Where the path leads through a scalar, and what `act` gives.
pub fn apply_where(
    node: &mut Node,
    spec: &FieldSpec,
    make: &Make,
    acts: &dyn Fn(&Node) -> bool,
    act: &mut dyn FnMut(&mut Node) -> BuildResult<()>,
) -> BuildResult<()> {
    let makes = spec.create && !matches!(make, Make::Nothing);
    if !makes && !reaches(node, &spec.parts, acts) {
        return Ok(());
    }
    let nothing = Make::Nothing;
    Walk { make: if makes { make } else { &nothing }, act }.walk(node, &spec.parts)
}

/// Whether a walk that makes nothing changes anything, or fails.
fn reaches(node: &Node, path: &[String], acts: &dyn Fn(&Node) -> bool) -> bool {
    let Some((first, rest)) = path.split_first() else { return acts(node) };
    match &node.data {
        _ if node.is_null() => false,
        Data::Scalar(_) => true,
        Data::Sequence(items) => items.iter().any(|item| reaches(item, path, acts)),
        Data::Mapping(_) => {
            let (name, list) = first.strip_suffix("[]").map_or((first.as_str(), false), |name| (name, true));
            let name = name.trim();
            let becomes_list = |field: &Node| list && field.is_null();
            name.is_empty() || node.get(name).is_some_and(|field| becomes_list(field) || reaches(field, rest, acts))
        }
    }
}

/// A path's parts; a delimiter behind a backslash divides nothing, one at the beginning neither.
pub fn split(path: &str, delimiter: char) -> Vec<String> {
    let path = path.strip_prefix(delimiter).unwrap_or(path);
    let mut parts: Vec<String> = Vec::new();
    for part in path.split(delimiter) {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

struct Walk<'a> {
    make: &'a Make,
    act: &'a mut dyn FnMut(&mut Node) -> BuildResult<()>,
}

impl Walk<'_> {
    fn walk(&mut self, node: &mut Node, path: &[String]) -> BuildResult<()> {
        let Some((first, rest)) = path.split_first() else { return (self.act)(node) };
        if node.is_null() {
            return Ok(());
        }
        match &mut node.data {
            Data::Sequence(items) => items.iter_mut().try_for_each(|item| self.walk(item, path)),
            Data::Mapping(_) => self.field(node, first, rest),
            Data::Scalar(_) => at(
                node.origin.span,
                format!("a map or list is expected here, to find the field `{}` in it", path.join("/")),
            ),
        }
    }

    fn field(&mut self, node: &mut Node, name: &str, rest: &[String]) -> BuildResult<()> {
        let (name, list) = match name.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let name = name.trim();
        if name.is_empty() {
            return at(node.origin.span, "a field's name cannot be empty");
        }
        let made = match (list, rest) {
            (true, _) => None,
            (false, []) => self.make.leaf(),
            (false, _) => self.make.branch(),
        };
        let field = match made {
            Some(made) => node.get_or_insert(name, || made.clone()).map(|field| (field, Some(made))),
            None => node.get_mut(name).map(|field| (field, None)),
        };
        let Some((field, made)) = field else { return Ok(()) };
        if field.is_null() {
            match made {
                Some(made) => *field = made,
                None if list => field.data = Data::Sequence(Branch::default()),
                None => {}
            }
        }
        self.walk(field, rest)
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_backslash_keeps_a_delimiter() {
        assert_eq!(split(r"metadata/annotations/a.b\/c", '/'), ["metadata", "annotations", "a.b/c"]);
        assert_eq!(split("/a/b", '/'), ["a", "b"]);
    }
}
