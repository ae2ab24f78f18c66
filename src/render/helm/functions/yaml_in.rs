//! YAML into values.
//!
//! In: a document. Out: values as sigs.k8s.io/yaml hands them to Helm: by way of JSON, so that every number is a float,
//! with the place of every key and scalar.

use std::rc::Rc;

use super::super::template::{Data, Entries, Mark, Slot, Text, Value};
use crate::source::{Source, SourceId, Span};
use crate::yaml::{Kind, Limits, Node, read_part};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 400;

/// The value of a node; `mark` gives the origin of its bytes.
///
/// # Errors
/// Where JSON has no such value.
pub fn value(node: Node<'_>, mark: &mut dyn FnMut(Span) -> Mark) -> Result<Value, String> {
    build(node, mark, 0)
}

fn build(node: Node<'_>, mark: &mut dyn FnMut(Span) -> Mark, depth: usize) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err("the document nests too deeply".to_owned());
    }
    let data = match node.kind() {
        Kind::Mapping => {
            let mut entries = Entries::new();
            for entry in node.entries() {
                let value = build(entry.value, mark, depth + 1)?;
                entries.insert(Rc::from(entry.name), Slot { key: mark(entry.key.span()), value });
            }
            return Ok(Value::map(entries));
        }
        Kind::Sequence => {
            let items: Result<_, _> = node.items().map(|item| build(item, mark, depth + 1)).collect();
            return Ok(Value::list(items?));
        }
        Kind::String(text) => return Ok(Value::text(Text::new(text, mark(node.span())))),
        Kind::Null => Data::Nil,
        Kind::Bool(b) => Data::Bool(b),
        Kind::Int(i) => Data::Float(i as f64),
        Kind::UInt(u) => Data::Float(u as f64),
        Kind::Float(f) if f.is_finite() => Data::Float(f),
        Kind::Float(f) => return Err(format!("json: unsupported value: {}", super::super::template::print::float(f))),
    };
    Ok(Value { data, mark: mark(node.span()) })
}

/// The first document of a text that a template holds.
///
/// # Errors
/// In words near go-yaml's, where it is none.
pub fn from_text(text: &Text, marks: &mut super::super::template::Marks) -> Result<Value, String> {
    let shown = text.str();
    let source = Source::from_text(SourceId(0), "", &*shown);
    let span = Span::new(SourceId(0), 0, source.text.len());
    let tree = read_part(&source, span, &Limits::default()).map_err(|error| {
        let line = source.line_of(error.span.start) + 1;
        format!("error converting YAML to JSON: yaml: line {line}: {}", error.message)
    })?;
    let mut mark =
        |span: Span| text.slice(span.start as usize, (span.end as usize).min(text.len())).mark(marks);
    value(tree.root(), &mut mark)
}
