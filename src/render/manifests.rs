//! Manifests as the API server's reader sees them, each value with its place.
//!
//! In: a source. Out: its documents as [`Value`]s, or what is wrong with the first that cannot be read.

use std::sync::Arc;

use super::origin::{By, Origin};
use super::value::{Data, Entry, Value};
use crate::source::{Source, Span};
use crate::yaml::{self, Kind, Limits, Node};

/// Deepest nesting of a document: values are walked by recursion.
const DEPTH: usize = 500;

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Where.
    pub span: Span,
    /// In plain words, without a final stop.
    pub message: String,
}

/// A document that was read; null where nothing stands in it.
pub type Read = Result<Value, Unreadable>;

/// The documents of a source, in order.
pub fn documents(source: &Source, by: By) -> Vec<Read> {
    let limits = Limits { depth: DEPTH };
    let documents = yaml::read(source, &limits);
    let read = documents.into_iter().map(|document| match document.tree {
        Ok(tree) => value(tree.root(), by),
        Err(error) => Err(Unreadable { span: error.span, message: error.message }),
    });
    read.collect()
}

/// The first document of a source, as `sigs.k8s.io/yaml` reads a whole file.
///
/// # Errors
/// What is wrong with it.
pub fn first(source: &Source, by: By) -> Read {
    let whole = Span::new(source.id, 0, source.text.len());
    let tree = yaml::read_part(source, whole, &Limits { depth: DEPTH });
    let tree = tree.map_err(|error| Unreadable { span: error.span, message: error.message })?;
    value(tree.root(), by)
}

/// A node as a value.
///
/// # Errors
/// At a number that JSON does not have.
pub fn value(node: Node<'_>, by: By) -> Read {
    let data = match node.kind() {
        Kind::Null => Data::Null,
        Kind::Bool(b) => Data::Bool(b),
        Kind::Int(i) => Data::Number(i.into()),
        Kind::UInt(u) => Data::Number(u.into()),
        Kind::Float(float) => Data::Number(number(float).ok_or_else(|| Unreadable {
            span: node.span(),
            message: format!("`{}` is a number that JSON does not have", node.raw()),
        })?),
        Kind::String(text) => Data::String(Arc::from(text)),
        Kind::Sequence => Data::List(node.items().map(|item| value(item, by)).collect::<Result<_, _>>()?),
        Kind::Mapping => {
            let one = |entry: yaml::Entry<'_>| {
                Ok(Entry { key: entry.name.into(), at: entry.key.span(), value: value(entry.value, by)? })
            };
            let mut entries = node.entries().map(one).collect::<Result<Vec<_>, _>>()?;
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            Data::Map(entries)
        }
    };
    Ok(Value { data, origin: Origin::new(node.span(), by) })
}

/// A float as JSON has it: a whole number is written without a point.
fn number(float: f64) -> Option<serde_json::Number> {
    if float.fract() == 0.0 && float.abs() < 1e15 {
        return Some((float as i64).into());
    }
    serde_json::Number::from_f64(float)
}
