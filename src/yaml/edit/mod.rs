//! Edits of a document's text at its nodes.
//!
//! In: a node of a tree and what should stand there. Out: one [`Edit`] that changes that and nothing else: comments,
//! indentation and style of the rest stay byte for byte. Where that cannot be done for certain (the node came in by an
//! alias or a merge key, a comment would be lost, an anchor that is used elsewhere would go) there is no edit.

mod chart;
pub(super) mod facts;
mod insert;
mod patch;
mod remove;
mod render;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::finding::Edit;
use crate::source::Span;

use super::arena::Data;
use super::tree::{Comment, Entry, Node, Style, Tree};

pub use self::insert::{insert, push};
pub use self::patch::{Patch, value_of};
pub use self::remove::remove;

/// Puts another value where a node stands.
pub fn replace(node: Node<'_>, value: &Value) -> Option<Edit> {
    if chart::is_of_chart(node) {
        return chart::replace(node, value);
    }
    let node = node.wholly_written()?;
    let site = Site::of(node).filter(Site::is_bare)?;
    let text = &*node.tree().text;
    let in_flow = site.in_flow();
    let span = if node.is_mapping() || node.is_sequence() || node.span().is_empty() {
        Span { start: site.gap()? as u32, ..node.span() }
    } else {
        node.span()
    };
    if loses_comment(node.tree(), span) || loses_anchor(node.tree(), span) {
        return None;
    }
    let indent = site.indent()?;
    // A block scalar may stand on a line of its own at its key's column; nothing else may.
    if !in_flow && node.parent().is_some() && column(text, node.span().start as usize) <= indent {
        return None;
    }
    let mut layout = render::Layout::of(node.tree());
    if node.parent().is_some_and(Node::is_sequence) {
        layout.dash = layout.dash.max(2); // the dash in front is no key, below which dashes may stand
    }
    // Empty brackets say nothing about style.
    let like = Some(node.style()).filter(|_| !(node.is_empty() && (node.is_mapping() || node.is_sequence())));
    let new = render::value(value, in_flow, indent, like, layout);
    let block = new.starts_with('\n');
    let glued = span.start != node.span().start || node.span().is_empty();
    let start = if block { blanks_before(text, span.start as usize) } else { span.start as usize };
    let lead = if glued && !block && node.parent().is_some() { " " } else { "" };
    let trail = if in_flow && ends_before_colon(text, span.end as usize) { " " } else { "" };
    let root = if node.parent().is_none() { new.trim_start_matches('\n') } else { &new };
    let span = Span { start: start as u32, ..span };
    followed_well(text, Edit { span, text: render::with_breaks(text, &format!("{lead}{root}{trail}")) })
}

/// Gives an entry another key. `node` is the entry's value.
pub fn rename(node: Node<'_>, key: &str) -> Option<Edit> {
    if node.entry().is_some_and(|entry| chart::is_of_chart(entry.key)) {
        return chart::rename(node, key);
    }
    let node = node.wholly_written()?;
    Site::of(node)?;
    let entry = node.entry().filter(|entry| entry.value == node && !entry.merged)?;
    let (tree, span) = (node.tree(), entry.key.span());
    if entry.key.is_aliased() || span.is_empty() || entry.key.raw().contains('\n') || key.chars().count() > 900 {
        return None;
    }
    let in_flow = tree.node(entry.key.id()).parent()?.style() == Style::Flow;
    Some(Edit { span, text: render::key(key, in_flow, entry.key.style(), render::Layout::of(tree)) })
}

/// Where a node hangs.
pub(super) struct Site<'t> {
    node: Node<'t>,
    text: &'t str,
}

impl<'t> Site<'t> {
    /// The place of a node that stands in the text itself, and there alone: what has an anchor may be meant elsewhere too.
    /// Lines are told apart by LF; there is no place in a document that has other line breaks.
    fn of(node: Node<'t>) -> Option<Self> {
        if node.tree().has_odd_breaks() {
            return None;
        }
        let mut at = Some(node);
        while let Some(here) = at {
            let shared = node.tree().facts().is_anchored(here);
            if here.is_aliased() || shared || here.entry().is_some_and(|entry| entry.merged) {
                return None;
            }
            at = here.parent();
        }
        Some(Self { node, text: &node.tree().text })
    }

    /// Whether neither tag nor anchor stands before the node.
    fn is_bare(&self) -> bool {
        let start = self.node.span().start;
        let mut end = start as usize;
        let mut comments = comments_before(self.node.tree(), start).iter().rev().peekable();
        loop {
            end = self.text[..end].trim_end().len();
            match comments.next_if(|comment| comment.span.end as usize >= end && end > comment.span.start as usize) {
                Some(comment) => end = comment.span.start as usize,
                None => break,
            }
        }
        let last = self.text[..end].chars().next_back();
        last.is_none_or(|c| matches!(c, ':' | '-' | '[' | ',' | '{' | '?' | '\u{feff}'))
    }

    fn in_flow(&self) -> bool {
        self.node.parent().is_some_and(|parent| parent.style() == Style::Flow)
    }

    /// Behind the `:` or `-` that the node stands after.
    fn gap(&self) -> Option<usize> {
        if self.node.parent().is_none() {
            return (!self.node.span().is_empty()).then_some(self.node.span().start as usize);
        }
        let start = self.node.span().start as usize;
        let before = self.text[..start].trim_end_matches([' ', '\t', '\n', '\r']);
        match self.node.entry() {
            Some(entry) => {
                let key_end = entry.key.span().end as usize;
                let between = self.text.get(key_end..before.len())?;
                (between.trim_matches([' ', '\t']) == ":" && between.ends_with(':')).then_some(before.len())
            }
            None if self.in_flow() => (!self.node.span().is_empty()).then_some(start),
            None => {
                let last = comments_before(self.node.tree(), start as u32).last();
                let in_comment = last.is_some_and(|comment| comment.span.end as usize >= before.len());
                let dash = before.ends_with('-') && !in_comment;
                dash.then_some(before.len())
            }
        }
    }

    /// Column of the entries of the collection that the node lies in.
    fn indent(&self) -> Option<usize> {
        match self.node.parent() {
            None => Some(0),
            Some(parent) if parent.style() == Style::Flow => Some(0),
            Some(parent) => Some(column(self.text, parent.span().start as usize)),
        }
    }
}

/// The edit, unless what follows it would be read otherwise behind it: a line of tabs, which only a plain scalar goes over,
/// or a comment without a blank before it, which only quotes and brackets allow.
fn followed_well(text: &str, edit: Edit) -> Option<Edit> {
    let rest = &text[edit.span.end as usize..];
    let white = &rest[..rest.len() - rest.trim_start().len()];
    let at_line_start = edit.span.end == 0 || text[..edit.span.end as usize].ends_with('\n');
    let tabs = white.contains('\t') && (at_line_start || white.contains('\n'));
    let glued = rest.starts_with('#');
    (!tabs && !glued).then_some(edit)
}

/// Bytes since the line began; a byte-order mark before it is none.
fn column(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |i| i + 1);
    at - if line == 0 && text[..at].starts_with(MARK) { MARK.len_utf8() } else { line }
}

const MARK: char = '\u{feff}';

/// The end of the line that holds an offset, before its line break.
fn line_end(text: &str, at: usize) -> usize {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i);
    if end > at && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end }
}

/// The start of the line below the one that holds an offset, or the end of the text.
fn next_line(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i + 1)
}

/// Goes back over blanks.
fn blanks_before(text: &str, at: usize) -> usize {
    text[..at].trim_end_matches([' ', '\t']).len()
}

fn ends_before_colon(text: &str, at: usize) -> bool {
    text[at..].starts_with(':')
}

/// The comments that begin before an offset.
fn comments_before(tree: &Tree, offset: u32) -> &[Comment] {
    &tree.comments()[..tree.comments().partition_point(|comment| comment.span.start < offset)]
}

/// The comments that begin in the span.
fn comments_in(tree: &Tree, span: Span) -> &[Comment] {
    let comments = comments_before(tree, span.end);
    &comments[comments.partition_point(|comment| comment.span.start < span.start)..]
}

/// Whether a comment lies in the span.
fn loses_comment(tree: &Tree, span: Span) -> bool {
    !comments_in(tree, span).is_empty()
}

/// Whether an anchor lies in the span (or right before it) while the document has aliases.
fn loses_anchor(tree: &Tree, span: Span) -> bool {
    tree.facts().has_anchor_in(span)
}

/// The last scalar inside a node, itself included.
fn last_leaf(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    loop {
        let inner = match at.tree().nodes[at.id().0 as usize].data {
            Data::Sequence { .. } => at.items().next_back(),
            Data::Mapping { .. } => at.all_entries().next_back().map(last_of_entry),
            _ => None,
        };
        match inner {
            Some(inner) => at = inner,
            None => return at,
        }
    }
}

/// The value, or the key where nothing is written for a value.
fn last_of_entry(entry: Entry<'_>) -> Node<'_> {
    if entry.value.span().is_empty() { entry.key } else { entry.value }
}

/// Whether a node ends with a block scalar, which swallows blank lines below it.
fn ends_with_block_scalar(node: Node<'_>) -> bool {
    matches!(last_leaf(node).style(), Style::Literal | Style::Folded)
}

/// Goes over blank lines.
fn skip_blank_lines(text: &str, mut at: usize) -> usize {
    while at < text.len() {
        let next = next_line(text, at);
        if !text[at..next].trim().is_empty() {
            break;
        }
        at = next;
    }
    at
}
