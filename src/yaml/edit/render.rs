//! Values as YAML text.
//!
//! In: a JSON value, and where it will stand. Out: the shortest text that the server's reader reads as that value again.

use serde_json::Value;

use crate::source::{Source, SourceId};
use crate::yaml::tree::Style;
use crate::yaml::{Kind, Limits, read};

/// A value. Scalars and what stands in brackets are on one line; else a collection begins with a line break and is
/// indented by two more than `indent`.
pub(super) fn value(value: &Value, in_flow: bool, indent: usize, like: Option<Style>) -> String {
    let empty = match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => return scalar(value, in_flow, like),
    };
    if in_flow || empty || like == Some(Style::Flow) {
        let mut out = String::new();
        flow(value, &mut out);
        return out;
    }
    let mut out = String::new();
    block(value, indent + 2, &mut out);
    out
}

/// A key.
pub(super) fn key(text: &str, in_flow: bool, like: Style) -> String {
    match like {
        Style::DoubleQuoted => double_quoted(text),
        Style::SingleQuoted if !text.contains(['\n', '\'', '\t']) && is_printable(text) => format!("'{text}'"),
        _ if is_plain(text, in_flow) => text.to_owned(),
        _ => double_quoted(text),
    }
}

fn scalar(value: &Value, in_flow: bool, like: Option<Style>) -> String {
    match value {
        Value::String(text) => match like {
            Some(style @ (Style::DoubleQuoted | Style::SingleQuoted)) => key(text, in_flow, style),
            _ => key(text, in_flow, Style::Plain),
        },
        other => other.to_string(),
    }
}

fn flow(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                flow(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (index, (name, field)) in fields.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                out.push_str(&key(name, true, Style::Plain));
                out.push_str(": ");
                flow(field, out);
            }
            out.push('}');
        }
        _ => out.push_str(&scalar(value, true, None)),
    }
}

fn block(value: &Value, indent: usize, out: &mut String) {
    let mut entry = |lead: String, inner: &Value| {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
        out.push_str(&lead);
        let text = self::value(inner, false, indent, None);
        if !text.starts_with('\n') {
            out.push(' ');
        }
        out.push_str(&text);
    };
    match value {
        Value::Array(items) => items.iter().for_each(|item| entry("-".to_owned(), item)),
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| entry(format!("{}:", key(name, false, Style::Plain)), field));
        }
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
    let crlf = file.find('\n').is_some_and(|at| at > 0 && file.as_bytes()[at - 1] == b'\r');
    if crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
}
