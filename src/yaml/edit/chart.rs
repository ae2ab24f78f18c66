//! Edits of what a chart's values and templates wrote.
//!
//! In: a scalar or a key that a chart was rendered to. Out: the edit of the one place that wrote it just as it is: a scalar in a
//! values file, or text of a template. Nothing where it was put together, computed or changed on the way, or where an action of
//! the template stands before a key, or in the line of a text.

use serde_json::Value;

use super::render::{self, Layout};
use crate::finding::Edit;
use crate::yaml::origin::By;
use crate::yaml::tree::{Node, Style};

/// Values are written as one word or text: how the rest of the file is laid out plays no part.
const LAYOUT: Layout = Layout { json: false, step: 2, dash: 2 };

/// Whether a node was made by a chart.
pub(super) fn is_of_chart(node: Node<'_>) -> bool {
    matches!(node.by(), Some(By::Values | By::Template | By::Generated))
}

/// Puts another scalar where a scalar was written.
pub(super) fn replace(node: Node<'_>, value: &Value) -> Option<Edit> {
    if node.is_mapping() || node.is_sequence() || value.is_array() || value.is_object() || value.is_null() {
        return None;
    }
    let (text, line) = node.written_at()?;
    if node.by() == Some(By::Template) && (line.contains("{{") || line.contains("}}")) {
        return None;
    }
    let style = style_of(node, text)?;
    Some(Edit { span: node.span(), text: render::value(value, true, 0, Some(style), LAYOUT) })
}

/// Gives the entry of a value another key, where the key is text of a template.
pub(super) fn rename(node: Node<'_>, key: &str) -> Option<Edit> {
    let entry = node.entry()?;
    let (text, line) = entry.key.written_at()?;
    let (before, after) = line.split_once(text)?;
    if entry.key.by() != Some(By::Template) || before.contains("{{") || !after.starts_with(':') {
        return None;
    }
    let style = style_of(entry.key, text)?;
    Some(Edit { span: entry.key.span(), text: render::key(key, true, style, LAYOUT) })
}

/// The style of the text that alone made a scalar what it is.
fn style_of(node: Node<'_>, text: &str) -> Option<Style> {
    let others = node.other_places();
    let decides = match node.by()? {
        By::Template => others.is_empty(),
        By::Values => others.iter().all(|(_, by)| *by == By::Template),
        _ => false,
    };
    let style = match text.as_bytes() {
        [b'"', .., b'"'] => Style::DoubleQuoted,
        [b'\'', .., b'\''] => Style::SingleQuoted,
        _ => Style::Plain,
    };
    let inner = if style == Style::Plain { text } else { &text[1..text.len() - 1] };
    let is_one_line = !text.is_empty() && !text.contains('\n') && !inner.contains(['"', '\'', '\\']);
    (decides && is_one_line && inner == node.raw()).then_some(style)
}
