//! A values file.
//!
//! In: a source. Out: its documents as one map, each scalar with its place; or why it is none.

use super::super::functions::yaml_in;
use super::super::template::{Data, Entries, Map, Mark, Marks};
use crate::source::{Source, Span};
use crate::yaml::{Limits, read_part};

/// Reads a values file.
///
/// # Errors
/// A message in go-yaml's frame, and where.
pub fn read(source: &Source, marks: &mut Marks) -> Result<Map, (String, Option<Span>)> {
    read_with(source, &mut |span| marks.data(span))
}

/// The same; `mark` gives what stands for a place.
///
/// # Errors
/// A message in go-yaml's frame, and where.
pub fn read_with(source: &Source, mark: &mut dyn FnMut(Span) -> Mark) -> Result<Map, (String, Option<Span>)> {
    let mut merged = Map::new(Entries::new());
    let all = documents(&source.text).map_err(|(message, at)| {
        let span = Span::new(source.id, at, at + 3);
        (format!("error reading yaml document: {message}"), Some(span))
    })?;
    for (start, end) in all {
        let span = Span::new(source.id, start, end);
        let tree = read_part(source, span, &Limits::default()).map_err(|error| {
            let said = yaml_in::said(source, &error, start as u32);
            let message = format!("cannot unmarshal yaml document: error converting YAML to JSON: {said}");
            (message, Some(error.span))
        })?;
        let root = tree.root();
        let fail = |message: String| (format!("cannot unmarshal yaml document: {message}"), Some(root.anchor_span()));
        let value = yaml_in::value(root, mark).map_err(fail)?;
        match value.data {
            Data::Map(map) => merged = super::merge_maps(&merged, &map),
            Data::Nil => {}
            _ => {
                let what = root.describe();
                return Err(fail(format!(
                    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {what} into Go value of type map[string]interface {{}}"
                )));
            }
        }
    }
    Ok(merged)
}

/// The documents, cut as apimachinery's reader cuts them: at lines that begin with `---`.
fn documents(text: &str) -> Result<Vec<(usize, usize)>, (String, usize)> {
    let mut all = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if let Some(rest) = line.strip_prefix("---") {
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                return Err((format!("invalid Yaml document separator: {rest}"), at));
            }
            if !text[start..at].is_empty() {
                all.push((start, at));
            }
            start = at + line.len();
        }
        at += line.len();
    }
    if start < text.len() || all.is_empty() {
        all.push((start, text.len()));
    }
    Ok(all)
}
