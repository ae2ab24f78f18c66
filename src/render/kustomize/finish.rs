//! What an object's tree becomes when it is written.
//!
//! In: a tree. Out: a [`Value`] with its keys sorted; or the tree again, as it is read from such a text. A failure at what
//! cannot be written: a key that is there twice, a key that is no string, a number that JSON does not know.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::failure::{BuildResult, Context, at};
use super::node::{Data, Entry, Node, Scalar, Style, Tag};
use super::scalar::{ambiguous, go_number, resolve, tag_of};
use crate::render::value::{self, Data as Out, Value};
use crate::source::Span;

/// The value that is written.
///
/// # Errors
/// At what cannot be written.
pub fn value(node: &Node) -> BuildResult<Value> {
    placed(node, &|span| span)
}

/// The same with its places elsewhere.
///
/// # Errors
/// At what cannot be written.
pub fn placed(node: &Node, place: &impl Fn(Span) -> Span) -> BuildResult<Value> {
    written(node, place, true)
}

fn written(node: &Node, place: &impl Fn(Span) -> Span, root: bool) -> BuildResult<Value> {
    let data = match &node.data {
        Data::Scalar(scalar) => scalar_value(node, scalar)?,
        Data::Sequence(items) => {
            Out::List(items.iter().map(|item| written(item, place, false)).collect::<BuildResult<_>>()?)
        }
        Data::Mapping(entries) => {
            check_keys(entries, root)?;
            let one = |entry: &Entry| {
                let value = written(&entry.value, place, false)?;
                Ok(value::Entry { key: entry.key.text.clone(), at: place(entry.at), value })
            };
            let mut entries: Vec<value::Entry> = entries.iter().map(one).collect::<BuildResult<_>>()?;
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            Out::Map(entries)
        }
    };
    Ok(Value { data, origin: node.origin.placed(place) })
}

fn scalar_value(node: &Node, scalar: &Scalar) -> BuildResult<Out> {
    resolve(scalar).or_else(|message| at(node.origin.span, message))
}

/// So many entries are compared with each other.
const FEW: usize = 16;

fn check_keys(entries: &[Entry], root: bool) -> BuildResult<()> {
    let mut known = FxHashSet::default();
    for (at_entry, entry) in entries.iter().enumerate() {
        // Of a few it is told sooner by looking at them.
        let twice = match entries.len() <= FEW {
            true => entries[..at_entry].iter().any(|before| before.key.text == entry.key.text),
            false => !known.insert(&entry.key.text),
        };
        if twice {
            return at(entry.at, format!("the key `{}` is set twice", entry.key.text));
        }
        let tag = match (entry.key.tag, entry.key.style) {
            (Tag::Open, Style::Plain) => tag_of(&entry.key.text),
            (Tag::Open, _) => Tag::Str,
            (tag, _) => tag,
        };
        let fits = matches!(tag, Tag::Str | Tag::Other | Tag::Binary) || (root && tag != Tag::Null);
        if !fits {
            return at(entry.at, format!("the key `{}` is not a string: quote it", entry.key.text));
        }
    }
    Ok(())
}

/// Makes a tree what it is after it was written as JSON and read again.
///
/// # Errors
/// At what cannot be written.
pub fn reread(node: &mut Node) -> BuildResult<()> {
    let span = node.origin.span;
    match &mut node.data {
        Data::Scalar(scalar) => {
            let value = resolve(scalar).or_else(|message| at(span, message))?;
            *scalar = from_json(scalar, value);
            Ok(())
        }
        Data::Sequence(items) => items.iter_mut().try_for_each(reread),
        Data::Mapping(entries) => {
            check_keys(entries, false).or_at(span)?;
            entries.iter_mut().for_each(|entry| entry.key = string(&entry.key.text));
            entries.iter_mut().try_for_each(|entry| reread(&mut entry.value))
        }
    }
}

fn string(text: &Arc<str>) -> Scalar {
    let quoted = ambiguous(text) || text.contains('\n') || text.is_empty();
    let style = if quoted { Style::Quoted } else { Style::Plain };
    Scalar { style, ..Scalar::new(text.clone(), Tag::Str) }
}

fn from_json(old: &Scalar, value: Out) -> Scalar {
    match value {
        Out::Null => Scalar::new("null", Tag::Null),
        Out::Bool(b) => Scalar::new(if b { "true" } else { "false" }, Tag::Bool),
        Out::String(text) => string(&text),
        _ => {
            let text = go_number(&old.text).map_or_else(|| old.text.clone(), Arc::from);
            let tag = tag_of(&text);
            Scalar::new(text, tag)
        }
    }
}
