//! Values as YAML text.
//!
//! In: a JSON value, where it will stand, and how the document is laid out. Out: the shortest text that the server's
//! reader reads as that value again, indented as the rest is, and JSON where the rest is JSON.

use serde_json::Value;

use crate::source::{Source, SourceId};
use crate::yaml::tree::{Node, NodeId, Style, Tree};
use crate::yaml::{Kind, Limits, read};

/// How a document is laid out, so that what is new looks like the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// The whole is JSON, and has to stay so.
    pub json: bool,
    /// Blanks by which a map is indented in a map.
    pub step: usize,
    /// Blanks by which the dashes of a list are indented in a map.
    pub dash: usize,
}

/// Nodes looked at to find out how a document is laid out.
const ENOUGH: usize = 2000;

impl Layout {
    /// The layout of a document, told by the first map and the first list that lie in a map.
    pub fn of(tree: &Tree) -> Self {
        let root = tree.root();
        let quoted = |node: Node<'_>| node.all_entries().next().is_none_or(|e| e.key.style() == Style::DoubleQuoted);
        if root.style() == Style::Flow && root.is_mapping() && quoted(root) {
            return Self { json: true, step: 2, dash: 2 };
        }
        let (mut step, mut dash) = (None, None);
        for index in 0..tree.len().min(ENOUGH) {
            let node = tree.node(NodeId(index as u32));
            let Some(offset) = offset_in_map(node) else { continue };
            if node.is_sequence() {
                dash = dash.or(Some(offset));
            } else if offset > 0 {
                step = step.or(Some(offset));
            }
            if step.is_some() && dash.is_some() {
                break;
            }
        }
        Self { json: false, step: step.unwrap_or(2), dash: dash.unwrap_or(2) }
    }
}

/// Columns by which a block collection stands further to the right than the block map it lies in.
fn offset_in_map(node: Node<'_>) -> Option<usize> {
    let in_block = |node: Node<'_>| node.style() == Style::Block && !node.is_aliased();
    let parent = node.parent().filter(|parent| parent.is_mapping() && in_block(*parent))?;
    let collection = (node.is_mapping() || node.is_sequence()) && in_block(node);
    let text = &*node.tree().text;
    let column = |node: Node<'_>| super::column(text, node.span().start as usize);
    collection.then(|| column(node).checked_sub(column(parent))).flatten()
}

/// A value in a map. Scalars and what stands in brackets are on one line; else a collection begins with a line break and
/// is indented as the layout has it.
pub(super) fn value(value: &Value, in_flow: bool, indent: usize, like: Option<Style>, layout: Layout) -> String {
    let empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => return scalar(value, in_flow, like, layout),
    };
    if in_flow || empty || like == Some(Style::Flow) {
        let mut out = String::new();
        flow(value, layout, &mut out);
        return out;
    }
    let mut out = String::new();
    block(value, indent + if value.is_array() { layout.dash } else { layout.step }, layout, &mut out);
    out
}

/// An item of a list, with its dash where it is not in brackets.
pub(super) fn item(value: &Value, in_flow: bool, indent: usize, like: Option<Style>, layout: Layout) -> String {
    if in_flow {
        return self::value(value, true, 0, like, layout);
    }
    let mut out = String::new();
    let filled = value.as_array().is_some_and(|items| !items.is_empty());
    if filled || value.as_object().is_some_and(|fields| !fields.is_empty()) {
        // What is inside begins right behind the dash.
        block(value, indent + 2, layout, &mut out);
        return format!("- {}", out.trim_start());
    }
    format!("- {}", self::value(value, false, 0, like, layout))
}

/// A key.
pub(super) fn key(text: &str, in_flow: bool, like: Style, layout: Layout) -> String {
    match like {
        _ if layout.json => Value::from(text).to_string(),
        Style::DoubleQuoted => double_quoted(text),
        Style::SingleQuoted if !text.contains(['\n', '\'', '\t']) && is_printable(text) => format!("'{text}'"),
        _ if is_plain(text, in_flow) => text.to_owned(),
        _ => double_quoted(text),
    }
}

fn scalar(value: &Value, in_flow: bool, like: Option<Style>, layout: Layout) -> String {
    match value {
        Value::String(text) => match like {
            Some(style @ (Style::DoubleQuoted | Style::SingleQuoted)) => key(text, in_flow, style, layout),
            _ => key(text, in_flow, Style::Plain, layout),
        },
        other => other.to_string(),
    }
}

fn flow(value: &Value, layout: Layout, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                flow(item, layout, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (index, (name, field)) in fields.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                out.push_str(&key(name, true, Style::Plain, layout));
                out.push_str(": ");
                flow(field, layout, out);
            }
            out.push('}');
        }
        _ => out.push_str(&scalar(value, true, None, layout)),
    }
}

/// The members of a collection, each after a line break.
fn block(value: &Value, indent: usize, layout: Layout, out: &mut String) {
    let mut line = |text: &str| {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        out.push_str(text);
    };
    match value {
        Value::Array(items) => items.iter().for_each(|inner| line(&item(inner, false, indent, None, layout))),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| {
            let text = self::value(field, false, indent, None, layout);
            let gap = if text.starts_with('\n') { "" } else { " " };
            line(&format!("{}:{gap}{text}", key(name, false, Style::Plain, layout)));
        }),
        _ => {}
    }
}

/// Whether the reader reads the text, without quotes, as itself.
fn is_plain(text: &str, in_flow: bool) -> bool {
    if text.is_empty() || text.contains(['\n', '\r']) || text != text.trim() || text.starts_with("---") {
        return false;
    }
    let (before, after) = if in_flow { ("[", ", x]\n") } else { ("- ", "\n") };
    let source = Source::from_text(SourceId(0), "", format!("{before}{text}{after}"));
    let documents = read(&source, &Limits::default());
    let [document] = documents.as_slice() else { return false };
    let Ok(tree) = &document.tree else { return false };
    let item = tree.root().items().next().map(|item| (item.kind(), item.style()));
    let count = if in_flow { 2 } else { 1 };
    let alone = document.notes.is_empty() && tree.comments().is_empty() && tree.root().len() == count;
    alone
        && item == Some((Kind::String(text), Style::Plain))
        && !text.contains(": ")
        && !text.ends_with(':')
        && text != "<<"
}

fn is_printable(text: &str) -> bool {
    text.chars()
        .all(|c| !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if is_printable(c.encode_utf8(&mut [0; 4])) => out.push(c),
            c => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// The text with the line breaks that the file has.
pub(super) fn with_breaks(file: &str, text: &str) -> String {
    if !text.contains('\n') {
        return text.to_owned(); // the file may be one long line
    }
    let crlf = file.find('\n').is_some_and(|at| at > 0 && file.as_bytes()[at - 1] == b'\r');
    if crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
}
