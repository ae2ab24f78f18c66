//! New entries and items.
//!
//! In: a collection and what it shall hold. Out: the edit that adds it behind the last one.

use serde_json::Value;

use crate::finding::Edit;
use crate::source::Span;
use crate::yaml::tree::{Node, Style};

use super::render::Layout;
use super::{Site, column, ends_with_block_scalar, last_leaf, line_end, render, replace, skip_blank_lines};

/// Adds an entry behind the last one of a map. No edit where the key is there already.
pub fn insert(map: Node<'_>, key: &str, value: &Value) -> Option<Edit> {
    let map = map.written()?;
    Site::of(map)?;
    if !map.tree().facts().is_simple(map) || map.get_entry(key).is_some() || key.chars().count() > 900 {
        return None;
    }
    if map.is_empty() && is_in_block(map) {
        let field = Value::Object([(key.to_owned(), value.clone())].into_iter().collect());
        return replace(map, &field);
    }
    let in_flow = map.style() == Style::Flow;
    let layout = Layout::of(map.tree());
    let indent = if in_flow { 0 } else { column(&map.tree().text, map.span().start as usize) };
    let name = render::key(key, in_flow, Style::Plain, layout);
    let value = render::value(value, in_flow, indent, None, layout);
    let gap = if value.starts_with('\n') { "" } else { " " };
    add(map, indent, &format!("{name}:{gap}{value}"))
}

/// Adds an item behind the last one of a list.
pub fn push(list: Node<'_>, value: &Value) -> Option<Edit> {
    let list = list.written()?;
    Site::of(list)?;
    if !list.is_sequence() {
        return None;
    }
    if list.is_empty() && is_in_block(list) {
        return replace(list, &Value::Array(vec![value.clone()]));
    }
    let in_flow = list.style() == Style::Flow;
    let indent = if in_flow { 0 } else { column(&list.tree().text, list.span().start as usize) };
    // Quoted texts are joined by quoted ones.
    let like = list.items().next_back().map(|last| last.style()).filter(|_| value.is_string());
    add(list, indent, &render::item(value, in_flow, indent, like, Layout::of(list.tree())))
}

/// Whether a collection stands in a map or list without brackets: what is put into `{}` there needs none either.
fn is_in_block(collection: Node<'_>) -> bool {
    collection.parent().is_some_and(|parent| parent.style() == Style::Block)
}

fn add(collection: Node<'_>, indent: usize, new: &str) -> Option<Edit> {
    let text = &*collection.tree().text;
    if collection.style() == Style::Flow {
        return add_in_brackets(collection, new);
    }
    // The last entry's own bytes end the collection, also where an alias stands for its value.
    let mut at = line_end(text, collection.span().end as usize);
    if last_leaf(collection).is_aliased() {
        at = line_end(text, at);
    }
    let mut new = format!("\n{}{new}", " ".repeat(indent));
    if ends_with_block_scalar(collection) {
        let below = skip_blank_lines(text, super::next_line(text, at));
        // Behind the blank lines, which may be part of the scalar; the line break before them is kept.
        at = at.max(below);
        if text[..below].ends_with('\n') {
            new = format!("{}\n", &new[1..]);
        }
    }
    let span = Span { start: at as u32, end: at as u32, ..collection.span() };
    super::followed_well(text, Edit { span, text: render::with_breaks(text, &new) })
}

fn add_in_brackets(collection: Node<'_>, new: &str) -> Option<Edit> {
    let text = &*collection.tree().text;
    let close = collection.span().end as usize - 1;
    let open = collection.span().start as usize;
    if !matches!((text.as_bytes()[open], text.as_bytes()[close]), (b'[', b']') | (b'{', b'}')) {
        return None; // a pair in a list, which has no brackets of its own
    }
    let end = text[..close].trim_end().len();
    let inside = &text[open + 1..close];
    // A colon at the end of a text would be none of its characters before a comma or a blank.
    let leaf = last_leaf(collection).span();
    if text[..end].ends_with(':') && !leaf.is_empty() && leaf.end as usize == end {
        return None;
    }
    // A comma right behind a tag would be part of it, and behind a colon it would make a text of the key.
    let tagged =
        text[..end].rsplit([' ', '\t', '\r', '\n', ',', '{', '[']).next().is_some_and(|word| word.contains('!'));
    if super::loses_comment(collection.tree(), collection.span()) {
        return None;
    }
    // Where each member has a line of its own, so does the new one.
    let gap = own_line(collection).map_or_else(|| " ".to_owned(), |blanks| format!("\n{blanks}"));
    let lead = match () {
        () if inside.trim().is_empty() => String::new(),
        () if text[..end].ends_with(',') => gap,
        () if tagged || text[..end].ends_with(':') => format!(" ,{gap}"),
        () => format!(",{gap}"),
    };
    let at = if inside.trim().is_empty() { close } else { end };
    let span = Span { start: at as u32, end: at as u32, ..collection.span() };
    Some(Edit { span, text: render::with_breaks(text, &format!("{lead}{new}")) })
}

/// The blanks before the last member of what stands in brackets, where nothing else stands before it on its line.
fn own_line(collection: Node<'_>) -> Option<&str> {
    let text = &*collection.tree().text;
    let entry = collection.all_entries().next_back().map(|entry| entry.key);
    let last = entry.or_else(|| collection.items().next_back())?;
    let (open, start) = (collection.span().start as usize, last.span().start as usize);
    let blanks = &text[open + text[open..start].rfind('\n')? + 1..start];
    blanks.bytes().all(|b| b == b' ').then_some(blanks)
}
