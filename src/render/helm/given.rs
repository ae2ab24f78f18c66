//! Values that stand in another object: an Argo CD Application, a Flux HelmRelease, a ConfigMap.
//!
//! In: a value with its places, or a text in it that is YAML. Out: a map of values whose places are those in the object's own
//! file, line by line where the text is a literal block; that file is among the sources then.

use std::sync::Arc;

use super::options::Refused;
use super::template::{Data, Map, Mark, Marks};
use super::values::file;
use crate::render::adopt::Adopt;
use crate::render::gotemplate::given;
use crate::render::value::{self, Value};
use crate::source::{Source, SourceId, SourceMap, Span};

/// A value and the sources that its places point into.
#[derive(Debug, Clone)]
pub struct Inline {
    /// The value.
    pub value: Value,
    /// The sources.
    pub sources: Arc<SourceMap>,
}

impl Inline {
    /// A value of the same object.
    pub fn of(&self, value: &Value) -> Self {
        Self { value: value.clone(), sources: self.sources.clone() }
    }

    /// The mark of the place of the value.
    pub(super) fn mark(&self, into: &mut SourceMap, marks: &mut Marks) -> Mark {
        marks.data(Adopt::new(&self.sources, into).span(self.value.origin.span))
    }

    /// The place of the value among other sources.
    pub(super) fn place(&self, into: &mut SourceMap) -> Span {
        Adopt::new(&self.sources, into).span(self.value.origin.span)
    }

    /// The values: those of a map, or of the YAML in a text.
    ///
    /// # Errors
    /// What Helm says of a text that is no values file.
    pub(super) fn read(&self, into: &mut SourceMap, marks: &mut Marks) -> Result<Map, Refused> {
        let own = self.value.origin.span;
        let mut adopt = Adopt::new(&self.sources, into);
        match &self.value.data {
            value::Data::String(text) => {
                let block = block(self.sources.get(own.source), own, text);
                let place = |adopt: &mut Adopt<'_>, span: Span| match &block {
                    Some(block) => adopt.span(block.place(text, span)),
                    None => adopt.span(own),
                };
                let source = Source::from_text(SourceId(0), "values", text.clone());
                let read = file::read_with(&source, &mut |span| marks.data(place(&mut adopt, span)));
                read.map_err(|(message, span)| {
                    let at = match span {
                        Some(span) => place(&mut adopt, span),
                        None => adopt.span(own),
                    };
                    (format!("failed to parse values: {message}"), Some(at))
                })
            }
            value::Data::Null => Ok(Map::new(Default::default())),
            value::Data::Map(_) => {
                let made = given(&self.value, &mut |span| marks.data(adopt.span(span)));
                match made.data {
                    Data::Map(map) => Ok(map),
                    _ => Ok(Map::new(Default::default())),
                }
            }
            _ => Err(("the values are not a map".to_owned(), Some(adopt.span(own)))),
        }
    }
}

/// Where the lines of a literal block stand in its file.
struct Block {
    span: Span,
    /// For each line of the text: where it begins in the text, and in the file.
    lines: Vec<(u32, u32)>,
}

impl Block {
    /// The place in the file of a part of the text.
    fn place(&self, text: &str, span: Span) -> Span {
        let at = |offset: u32| {
            let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
            self.lines.get(line).map_or(self.span.start, |(start, there)| there + (offset - start))
        };
        let end = (span.end as usize).min(text.len()) as u32;
        // What ends behind a line break ends at it: the next line begins behind its indentation.
        let end = if end > span.start { at(end - 1) + 1 } else { at(end) };
        Span { source: self.span.source, start: at(span.start), end: end.min(self.span.end) }
    }
}

/// Finds the lines of a scalar's text in the file; nothing where it is no literal block.
fn block(source: &Source, span: Span, text: &str) -> Option<Block> {
    let raw = source.slice(span);
    if !raw.starts_with('|') {
        return None;
    }
    let mut there = span.start + raw.find('\n')? as u32 + 1;
    let mut body = source.text.get(there as usize..)?.split_inclusive('\n');
    let (mut lines, mut start) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        let (raw, shown) = (body.next()?, line.trim_end_matches('\n'));
        let content = raw.trim_end_matches(['\n', '\r']);
        let indent = if shown.is_empty() { content.len() } else { content.len().checked_sub(shown.len())? };
        if !shown.is_empty() && !content.ends_with(shown) {
            return None;
        }
        lines.push((start, there + indent as u32));
        start += line.len() as u32;
        there += raw.len() as u32;
    }
    Some(Block { span, lines })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::origin::{By, Origin};

    #[test]
    fn a_block_of_values_has_the_places_of_its_lines() {
        let text = "spec:\n  values: |\n    a:\n      b: one\n\n    c: 2\nnext: 1\n";
        let mut sources = SourceMap::default();
        let id = sources.next_id();
        sources.push(Source::from_text(id, "app.yaml", text));
        let start = text.find('|').expect("a block");
        let origin = Origin::new(Span::new(id, start, text.find("next").expect("a key")), By::Resource);
        let data = value::Data::String("a:\n  b: one\n\nc: 2\n".into());
        let inline = Inline { value: Value { data, origin }, sources: Arc::new(sources) };
        let (mut into, mut marks) = (SourceMap::default(), Marks::default());
        let map = inline.read(&mut into, &mut marks).expect("values");
        let said = |mark: Mark| marks.get(mark).data.first().map(|span| into.get(span.source).slice(*span));
        let inner = map.get("a").and_then(|a| a.as_map().and_then(|map| map.get("b"))).expect("a value");
        let mut copy = Marks::default();
        assert_eq!(said(inner.as_text().expect("a text").mark(&mut copy)), Some("one"));
        assert_eq!(said(map.get("c").expect("a value").mark), Some("2"));
        assert_eq!(into.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["app.yaml"]);
    }
}
