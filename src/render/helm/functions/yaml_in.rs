//! YAML into values.
//!
//! In: a document. Out: values as sigs.k8s.io/yaml hands them to Helm: by way of JSON, so that every number is a float,
//! with the place of every key and scalar.

use std::rc::Rc;

use super::super::template::{Data, Entries, Mark, Slot, Text, Value};
use crate::source::{Source, SourceId, Span};
use crate::yaml::{Kind, Limits, Node, Style, SyntaxError, read_part};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 400;

/// The value of a node; `mark` gives the origin of its bytes.
///
/// # Errors
/// Where JSON has no such value.
pub fn value(node: Node<'_>, mark: &mut dyn FnMut(Span) -> Mark) -> Result<Value, String> {
    build(node, mark, u32::MAX, 0)
}

/// The same; `end` is the end of a text that has no line break there.
fn build(node: Node<'_>, mark: &mut dyn FnMut(Span) -> Mark, end: u32, depth: usize) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err("the document nests too deeply".to_owned());
    }
    let data = match node.kind() {
        Kind::Mapping => {
            let mut entries = Entries::new();
            for entry in node.entries() {
                let value = build(entry.value, mark, end, depth + 1)?;
                entries.insert(Rc::from(entry.name), Slot { key: mark(entry.key.span()), value });
            }
            return Ok(Value::map(entries));
        }
        Kind::Sequence => {
            let items: Result<_, _> = node.items().map(|item| build(item, mark, end, depth + 1)).collect();
            return Ok(Value::list(items?));
        }
        // A block scalar at the end has no more line breaks than stand there.
        Kind::String(text) if node.span().end >= end && matches!(node.style(), Style::Literal | Style::Folded) => {
            let text = text.strip_suffix('\n').unwrap_or(text);
            return Ok(Value::text(Text::new(text, mark(node.span()))));
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

/// A syntax error in go-yaml's frame, and for the commonest in its words; lines count from `first`.
pub fn said(source: &Source, error: &SyntaxError, first: u32) -> String {
    let message = error.message.as_str();
    let line = source.line_of(error.span.start) + 1 - source.line_of(first);
    let known = if message.contains("knows YAML 1.1 alone") {
        "found incompatible YAML document"
    } else if message.starts_with("there cannot be a second `: `") {
        "mapping values are not allowed in this context"
    } else if message.starts_with("a plain string cannot begin with") {
        "found character that cannot start any token"
    } else if message.contains("that opens here is never closed") {
        return format!("yaml: line {line}: did not find expected node content");
    } else if message.starts_with("null cannot be a key") {
        return "unsupported map key of type: %!s(<nil>), key: <nil>, value: null".to_owned();
    } else if message.contains("is a number that JSON does not have") {
        let number = source.slice(error.span).to_ascii_lowercase();
        let shown = if number.contains("nan") {
            "NaN"
        } else if number.starts_with('-') {
            "-Inf"
        } else {
            "+Inf"
        };
        return format!("json: unsupported value: {shown}");
    } else {
        return format!("yaml: line {line}: {message}");
    };
    // Its lines count from 0, and the first is not told.
    if line > 1 { format!("yaml: line {line}: {known}") } else { format!("yaml: {known}") }
}

/// The first document of a text that a template holds.
///
/// # Errors
/// In words near go-yaml's, where it is none.
pub fn from_text(text: &Text, marks: &mut super::super::template::Marks) -> Result<Value, String> {
    let shown = text.str();
    let source = Source::from_text(SourceId(0), "", &*shown);
    let span = Span::new(SourceId(0), 0, source.text.len());
    let tree = read_part(&source, span, &Limits::default())
        .map_err(|error| format!("error converting YAML to JSON: {}", said(&source, &error, 0)))?;
    let mut mark = |span: Span| text.slice(span.start as usize, (span.end as usize).min(text.len())).mark(marks);
    let end = if shown.ends_with('\n') { u32::MAX } else { shown.len() as u32 };
    build(tree.root(), &mut mark, end, 0)
}
