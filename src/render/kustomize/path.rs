//! Paths into an object, as replacements and variables write them.
//!
//! In: a path such as `spec.template.spec.containers.[name=app].image`. Out: what lies there.

use regex::Regex;

use super::branch::Branch;
use super::failure::{BuildResult, at, somewhere};
use super::fieldspec::split;
use super::node::{Data, Entry, Node, Scalar, Style, Tag};
use crate::render::origin::Origin;

/// A path's parts: dots in brackets divide nothing, and brackets without `=` only hold a key with dots.
pub fn parts(path: &str) -> Vec<String> {
    let (mut found, mut open): (Vec<String>, Option<String>) = (Vec::new(), None);
    for part in split(path, '.') {
        let bracketed = match open.take() {
            Some(before) => format!("{before}.{part}"),
            None if part.starts_with('[') && !part.ends_with(']') => part,
            None => {
                found.push(part);
                continue;
            }
        };
        if part_ends(&bracketed) {
            found.push(closed(bracketed));
        } else {
            open = Some(bracketed);
        }
    }
    found.extend(open.map(closed));
    found
}

fn part_ends(bracketed: &str) -> bool {
    bracketed.contains('.') && bracketed.ends_with(']')
}

fn closed(bracketed: String) -> String {
    if bracketed.contains('=') { bracketed } else { bracketed.trim_matches(['[', ']']).to_owned() }
}

fn is_bracketed(part: &str) -> bool {
    part.starts_with('[') && part.ends_with(']')
}

fn condition(part: &str) -> BuildResult<(&str, &str)> {
    let inner = part.strip_prefix('[').unwrap_or(part);
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    match inner.split_once('=') {
        Some(pair) => Ok(pair),
        None => somewhere(format!("`{part}` must be a condition such as [name=app]")),
    }
}

/// What lies at a path; nothing where a part is absent.
///
/// # Errors
/// Where a part does not fit what it is looked for in.
pub fn look_up<'n>(node: &'n Node, path: &[String]) -> BuildResult<Option<&'n Node>> {
    let mut node = node;
    for part in path.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        if node.is_null() {
            return Ok(None);
        }
        let next = if let Ok(index) = part.parse::<i64>() {
            let Ok(index) = usize::try_from(index) else {
                return somewhere(format!("the index {index} cannot be negative"));
            };
            list(node)?.get(index)
        } else if part == "-" {
            list(node)?.last()
        } else if part == "*" {
            return somewhere("`*` cannot be used here");
        } else if is_bracketed(part) {
            let (key, value) = condition(part)?;
            let items = list(node)?;
            items.iter().find(|item| match key {
                "" => item.text() == value,
                key => item.get(key).is_some_and(|field| field.text() == value),
            })
        } else if node.is_map() {
            node.get(part)
        } else {
            return at(node.origin.span, format!("a map is expected here, to find `{part}` in it"));
        };
        match next {
            Some(next) => node = next,
            None => return Ok(None),
        }
    }
    Ok(Some(node))
}

fn list(node: &Node) -> BuildResult<&[Node]> {
    match &node.data {
        Data::Sequence(items) => Ok(items),
        _ => at(node.origin.span, "a list is expected here"),
    }
}

/// What a missing field is made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A scalar.
    Scalar,
    /// A list.
    Sequence,
    /// A map.
    Mapping,
}

impl Kind {
    /// What a node is.
    pub fn of(node: &Node) -> Self {
        match node.data {
            Data::Scalar(_) => Kind::Scalar,
            Data::Sequence(_) => Kind::Sequence,
            Data::Mapping(_) => Kind::Mapping,
        }
    }

    fn make(self, origin: &Origin) -> Node {
        let data = match self {
            Kind::Scalar => Data::Scalar(Scalar::new("", Tag::Open)),
            Kind::Sequence => Data::Sequence(Branch::default()),
            Kind::Mapping => Data::Mapping(Branch::default()),
        };
        Node { data, origin: origin.clone() }
    }

    /// What lies before such a part of a path; the end is the kind itself.
    fn before(self, part: Option<&String>) -> Self {
        match part {
            None => self,
            Some(part) if is_bracketed(part) || is_index(part) => Kind::Sequence,
            Some(_) => Kind::Mapping,
        }
    }
}

fn is_index(part: &str) -> bool {
    part.parse::<i64>().is_ok_and(|index| index >= 0)
}

/// Does something with all that lies at a path.
pub struct Visit<'a> {
    /// What is made where nothing lies there, and where that was asked for.
    pub make: Option<(Kind, Origin)>,
    /// What is done.
    pub act: &'a mut dyn FnMut(&mut Node) -> BuildResult<()>,
}

impl Visit<'_> {
    /// How many were found.
    ///
    /// # Errors
    /// Where a part does not fit what it is looked for in.
    pub fn run(&mut self, node: &mut Node, path: &[String]) -> BuildResult<usize> {
        let Some((first, rest)) = path.split_first() else {
            (self.act)(node)?;
            return Ok(1);
        };
        if is_index(first) {
            return self.index(node, first, rest);
        }
        if is_bracketed(first) {
            return self.matching(node, first, rest);
        }
        if first == "*" {
            let mut count = 0;
            for item in items(node)? {
                count += self.run(item, rest)?;
            }
            return Ok(count);
        }
        self.field(node, first, rest)
    }

    fn field(&mut self, node: &mut Node, name: &str, rest: &[String]) -> BuildResult<usize> {
        if node.is_null() {
            return Ok(0);
        }
        if !node.is_map() {
            return at(node.origin.span, format!("a map is expected here, to find `{name}` in it"));
        }
        if node.get(name).is_none() {
            let Some((kind, origin)) = &self.make else { return Ok(0) };
            let made = kind.before(rest.first()).make(origin);
            node.set(name, made);
        }
        node.get_mut(name).map_or(Ok(0), |field| self.run(field, rest))
    }

    fn index(&mut self, node: &mut Node, part: &str, rest: &[String]) -> BuildResult<usize> {
        let index: usize = part.parse().unwrap_or(usize::MAX);
        let (span, make) = (node.origin.span, self.make.clone());
        let list = items(node)?;
        if let Some((kind, origin)) = make.filter(|_| list.len() == index) {
            list.push(kind.before(rest.first()).make(&origin));
        }
        let length = list.len();
        match list.get_mut(index) {
            Some(item) => self.run(item, rest),
            None => at(span, format!("the list has {length} items, and {index} is asked for")),
        }
    }

    fn matching(&mut self, node: &mut Node, part: &str, rest: &[String]) -> BuildResult<usize> {
        let (key, value) = condition(part)?;
        let Ok(pattern) = super::select::compile(value) else {
            return somewhere(format!("`{value}` is not a regular expression"));
        };
        let found = self.each(node, key, &pattern, rest)?;
        let Some((_, origin)) = self.make.clone().filter(|_| found == 0) else { return Ok(found) };
        let mut made = Node::open(value, origin.clone());
        if !key.is_empty() {
            let entry = Entry { key: Scalar::new(key, Tag::Open), at: origin.span, value: made };
            made = Node { data: Data::Mapping(vec![entry].into()), origin };
        }
        items(node)?.push(made);
        self.each(node, key, &pattern, rest)
    }

    fn each(&mut self, node: &mut Node, key: &str, pattern: &Regex, rest: &[String]) -> BuildResult<usize> {
        let mut count = 0;
        for item in items(node)? {
            if key.is_empty() {
                if pattern.is_match(&shown(item)) {
                    (self.act)(item)?;
                    count += 1;
                }
            } else if item.get(key).is_some_and(|field| pattern.is_match(&shown(field))) {
                count += self.run(item, rest)?;
            }
        }
        Ok(count)
    }
}

fn items(node: &mut Node) -> BuildResult<&mut Vec<Node>> {
    let span = node.origin.span;
    if node.is_null() {
        node.data = Data::Sequence(Branch::default());
    }
    match &mut node.data {
        Data::Sequence(items) => Ok(items),
        _ => at(span, "a list is expected here"),
    }
}

/// A scalar as it is written, which is what conditions are held against.
fn shown(node: &Node) -> String {
    match node.scalar() {
        Some(scalar) if scalar.style != Style::Plain => format!("\"{}\"", scalar.text),
        _ => node.text().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn brackets_hold_dots() {
        assert_eq!(parts("a.[name=x.y].b"), ["a", "[name=x.y]", "b"]);
        assert_eq!(parts("metadata.annotations.[a.b/c]"), ["metadata", "annotations", "a.b/c"]);
        assert_eq!(parts(r"a.b\.c"), ["a", "b.c"]);
        assert_eq!(parts("a.[x]"), ["a", "[x]"]);
    }
}
