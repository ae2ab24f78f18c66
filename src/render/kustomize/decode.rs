//! Fields of a configuration, as Go's JSON reader fills a struct with them.
//!
//! In: a [`Node`]. Out: its fields by name; a failure at the field that is unknown or has another type.

use std::sync::Arc;

use super::failure::{BuildResult, at};
use super::node::{Node, Tag};
use crate::source::Span;

/// A string and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The string.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// Whether unknown fields are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// They are.
    Refused,
    /// They are passed over, as in configurations of plugins.
    Ignored,
}

/// The fields of a map by the places of their names in `known`; null is as good as absent.
///
/// # Errors
/// At a node that is no map, or an unknown field.
pub fn fields<'n, const N: usize>(
    node: &'n Node,
    known: [&str; N],
    unknown: Unknown,
) -> BuildResult<[Option<&'n Node>; N]> {
    let mut found = [None; N];
    if node.is_null() {
        return Ok(found);
    }
    if !node.is_map() {
        return at(node.origin.span, "a map is expected here");
    }
    for entry in node.entries() {
        // Go takes a name in any case.
        let exact = known.iter().position(|name| *name == &*entry.key.text);
        match exact.or_else(|| known.iter().position(|name| name.eq_ignore_ascii_case(&entry.key.text))) {
            Some(_) if entry.value.is_null() => {}
            Some(index) => found[index] = Some(&entry.value),
            None if unknown == Unknown::Refused => {
                return at(entry.at, format!("`{}` is not a known field", entry.key.text));
            }
            None => {}
        }
    }
    Ok(found)
}

/// A string.
///
/// # Errors
/// At anything else.
pub fn text(node: &Node) -> BuildResult<Text> {
    let span = node.origin.span;
    match node.scalar() {
        Some(scalar) if scalar.tag == Tag::Null => Ok(Text { text: "".into(), span }),
        Some(scalar) if is_string(scalar.tag) => Ok(Text { text: scalar.text.clone(), span }),
        Some(scalar) => {
            at(span, format!("`{}` is {}, but a string is expected: quote it", scalar.text, kind(scalar.tag)))
        }
        None => at(span, "a string is expected here"),
    }
}

fn is_string(tag: Tag) -> bool {
    !matches!(tag, Tag::Null | Tag::Bool | Tag::Int | Tag::Float)
}

fn kind(tag: Tag) -> &'static str {
    if tag == Tag::Bool { "a boolean" } else { "a number" }
}

/// A string that may be absent; an empty one is as good as that.
///
/// # Errors
/// At anything else.
pub fn some_text(node: Option<&Node>) -> BuildResult<Option<Text>> {
    Ok(node.map(text).transpose()?.filter(|text| !text.is_empty()))
}

/// A boolean; false where it is absent.
///
/// # Errors
/// At anything else.
pub fn boolean(node: Option<&Node>) -> BuildResult<bool> {
    let Some(node) = node else { return Ok(false) };
    match node.scalar() {
        Some(scalar) if scalar.tag == Tag::Bool => Ok(scalar.text.eq_ignore_ascii_case("true")),
        _ => at(node.origin.span, "`true` or `false` is expected here"),
    }
}

/// An integer.
///
/// # Errors
/// At anything else.
pub fn integer(node: &Node) -> BuildResult<i64> {
    match node.scalar().map(super::scalar::resolve) {
        Some(Ok(crate::render::value::Data::Number(number))) if number.is_i64() => {
            Ok(number.as_i64().unwrap_or_default())
        }
        _ => at(node.origin.span, "an integer is expected here"),
    }
}

/// The items of a list; none where it is absent.
///
/// # Errors
/// At anything else.
pub fn list(node: Option<&Node>) -> BuildResult<&[Node]> {
    match node {
        None => Ok(&[]),
        Some(node) if node.is_map() || node.scalar().is_some() => at(node.origin.span, "a list is expected here"),
        Some(node) => Ok(node.items()),
    }
}

/// A list of strings.
///
/// # Errors
/// At anything else.
pub fn texts(node: Option<&Node>) -> BuildResult<Vec<Text>> {
    list(node)?.iter().map(text).collect()
}

/// A map of strings, its keys sorted, each with its value's place.
///
/// # Errors
/// At anything else.
pub fn pairs(node: Option<&Node>) -> BuildResult<Vec<(Arc<str>, Text)>> {
    let Some(node) = node else { return Ok(Vec::new()) };
    if !node.is_map() {
        return at(node.origin.span, "a map of strings is expected here");
    }
    let pair = |entry: &super::node::Entry| Ok((entry.key.text.clone(), text(&entry.value)?));
    let mut pairs = node.entries().iter().map(pair).collect::<BuildResult<Vec<_>>>()?;
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(pairs)
}
