//! Taking entries and items out.
//!
//! In: the value of an entry, or an item. Out: the edit that removes it with its key or dash, its lines where it has
//! lines of its own, and the comment at their end. What would be empty without it becomes `{}` or `[]`.

use serde_json::Value;

use crate::finding::Edit;
use crate::source::Span;
use crate::yaml::arena::Data;
use crate::yaml::tree::{Node, NodeId, Style};

use super::{
    Site, column, comments_in, ends_with_block_scalar, line_end, loses_anchor, loses_comment, next_line, replace,
    skip_blank_lines,
};

/// Removes an entry (given by its value) or an item.
pub fn remove(node: Node<'_>) -> Option<Edit> {
    let node = node.wholly_written()?;
    Site::of(node)?;
    let parent = node.parent()?;
    if parent.is_mapping() && !parent.tree().facts().is_simple(parent) {
        return None;
    }
    if parent.len() == 1 {
        return emptied(parent);
    }
    match parent.style() {
        Style::Flow => in_brackets(node, parent),
        _ => in_block(node, parent),
    }
}

/// The collection without its only member.
fn emptied(parent: Node<'_>) -> Option<Edit> {
    let empty = if parent.is_mapping() { Value::Object(Default::default()) } else { Value::Array(Vec::new()) };
    if parent.style() != Style::Flow {
        return replace(parent, &empty);
    }
    let (text, span) = (&*parent.tree().text, parent.span());
    let brackets = matches!(text.as_bytes()[span.start as usize], b'[' | b'{');
    if !brackets || loses_comment(parent.tree(), span) || loses_anchor(parent.tree(), span) {
        return None;
    }
    Some(Edit { span, text: empty.to_string() })
}

/// Where the member begins: its key, its dash, or its first byte in brackets.
fn start_of(node: Node<'_>) -> Option<usize> {
    let in_flow = node.parent()?.style() == Style::Flow;
    if let Some(entry) = node.entry() {
        let start = entry.key.span().start as usize;
        if in_flow {
            return Some(start);
        }
        let text = &*node.tree().text;
        // An anchor or tag before the key belongs to it.
        let line = start - column(text, start);
        let clean = text[line..start].bytes().all(|b| matches!(b, b' ' | b'-' | b'\t'));
        return clean.then_some(start);
    }
    if in_flow {
        return Some(node.span().start as usize);
    }
    Site::of(node)?.gap().map(|gap| gap - 1)
}

fn siblings<'t>(node: Node<'t>, parent: Node<'t>) -> (Option<Node<'t>>, Option<Node<'t>>) {
    let tree = node.tree();
    // Members have their numbers in the order of the text.
    let around = |count: usize, at: Result<usize, usize>, member: &dyn Fn(usize) -> NodeId| {
        let at = at.unwrap_or(0);
        let after = (at + 1 < count).then(|| tree.node(member(at + 1)));
        (at.checked_sub(1).map(|at| tree.node(member(at))), after)
    };
    match tree.nodes[parent.id().0 as usize].data {
        Data::Sequence { first, len } => {
            let items = &tree.items[first as usize..(first + len) as usize];
            around(items.len(), items.binary_search(&node.id()), &|at| items[at])
        }
        Data::Mapping { first, len } => {
            let entries = &tree.entries[first as usize..(first + len) as usize];
            let at = entries.binary_search_by_key(&node.id(), |entry| entry.value);
            around(entries.len(), at, &|at| entries[at].value)
        }
        _ => (None, None),
    }
}

fn in_block(node: Node<'_>, parent: Node<'_>) -> Option<Edit> {
    let text = &*node.tree().text;
    let start = start_of(node)?;
    let (before, after) = siblings(node, parent);
    let line = start - column(text, start);
    let own_line = text[line..start].bytes().all(|b| b == b' ');
    let value_end = node.span().end.max(start as u32) as usize;
    let span = |start: usize, end: usize| Span { start: start as u32, end: end as u32, ..node.span() };
    if !own_line {
        // The first member, behind the dash of the list around it: the next one takes its place.
        let next = start_of(after?)?;
        let span = span(start, next);
        return (!loses_comment(node.tree(), span) && !loses_anchor(node.tree(), span))
            .then(|| Edit { span, text: String::new() });
    }
    let mut end = next_line(text, line_end(text, value_end));
    if ends_with_block_scalar(node) || before.is_some_and(ends_with_block_scalar) {
        end = skip_blank_lines(text, end);
    }
    let inner = span(line, line_end(text, value_end));
    let inner_comments = comments_in(node.tree(), inner).iter().any(|c| c.own_line && inner.contains(c.span));
    let deeper = text[end..].bytes().take_while(|&b| b == b' ').count() > column(text, start);
    if inner_comments || loses_anchor(node.tree(), inner) || (deeper && before.is_some_and(ends_with_block_scalar)) {
        return None;
    }
    super::followed_well(text, Edit { span: span(line, end), text: String::new() })
}

fn in_brackets(node: Node<'_>, parent: Node<'_>) -> Option<Edit> {
    let text = &*node.tree().text;
    let start = start_of(node)?;
    let (before, after) = siblings(node, parent);
    // What has an anchor or a tag before it begins with that.
    let begins = text[..start].trim_end().ends_with(['[', '{', ',']);
    let (from, to) = match (before, after) {
        (_, Some(after)) => (Some(start).filter(|_| begins)?, start_of(after)?),
        // A key without a value needs the blank behind its colon.
        (Some(before), None) if before.span().is_empty() => return None,
        (Some(before), None) => {
            let end = before.span().end.max(before.entry().map_or(0, |entry| entry.key.span().end)) as usize;
            let own_end = node.span().end.max(node.entry().map_or(0, |entry| entry.key.span().end)) as usize;
            // At the end of a text these would be none of its characters before a blank.
            (Some(end).filter(|&end| !text[..end].ends_with([':', '-', '?']))?, own_end)
        }
        (None, None) => return None,
    };
    let span = Span { start: from as u32, end: to as u32, ..node.span() };
    let gap = &text[from..to];
    let clean = !loses_comment(node.tree(), span) && !loses_anchor(node.tree(), span);
    // Anchors and tags of the neighbour would lie in between.
    let tagged = gap.contains(['&', '!', '*']);
    // At the beginning of a line these would cut the document.
    let cuts = text[..from].ends_with('\n') && (text[to..].starts_with("---") || text[to..].starts_with("..."));
    (clean && !tagged && !cuts).then(|| Edit { span, text: String::new() })
}
