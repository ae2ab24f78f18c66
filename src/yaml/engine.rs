//! From a chunk's text to tree nodes, on granit-parser's events.
//!
//! In: a chunk of a source. Out: its tree, or the first syntax error. The only place that knows the parser behind the
//! reader; resolution, keys, merges and duplicates are [`super::build`]'s.

use granit_parser::{Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};
use rustc_hash::FxHashMap;

use crate::source::{Source, Span};

use super::build::TreeBuilder;
use super::resolve::{Resolved, number, resolve_plain};
use super::tree::{Comment, NodeId, Style, Tree};
use super::{Limits, Note, NoteKind, SyntaxError};

/// An open collection.
struct Frame {
    start: usize,
    style: Style,
    mapping: bool,
    anchor: usize,
    children: Vec<NodeId>,
}

struct Engine<'s> {
    source: &'s Source,
    base: usize,
    end: usize,
    limits: Limits,
    builder: TreeBuilder,
    stack: Vec<Frame>,
    anchors: FxHashMap<usize, NodeId>,
    root: Option<NodeId>,
    documents: usize,
}

/// Parses one chunk.
pub(super) fn parse(source: &Source, chunk: Span, limits: &Limits) -> Result<(Tree, Vec<Note>), SyntaxError> {
    let text = source.slice(chunk);
    // kubectl's reader ends every chunk with a line break; a block scalar at the end of a file gains it.
    let ended;
    let text = if text.ends_with('\n') {
        text
    } else {
        ended = format!("{text}\n");
        &ended
    };
    let (skip, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (3, rest),
        None => (0, text),
    };
    let mut engine = Engine {
        source,
        base: chunk.start as usize + skip,
        end: chunk.end as usize,
        limits: *limits,
        builder: TreeBuilder::new(source.text.clone()),
        stack: Vec::new(),
        anchors: FxHashMap::default(),
        root: None,
        documents: 0,
    };
    engine.run(text)?;
    let root = match engine.root {
        Some(root) => root,
        None => engine.builder.scalar(engine.span(0, 0), Resolved::Null),
    };
    Ok(engine.builder.finish(root))
}

impl Engine<'_> {
    fn span(&self, start: usize, end: usize) -> Span {
        let clamp = |at: usize| (at + self.base).min(self.end);
        Span::new(self.source.id, clamp(start), clamp(end))
    }

    fn run(&mut self, text: &str) -> Result<(), SyntaxError> {
        let mut parser = Parser::new_from_str(text);
        while let Some(event) = parser.next_event() {
            let (event, span) = event.map_err(|error| self.scan_error(&error))?;
            let range = span.byte_range().unwrap_or(0..0);
            if self.documents > 0 && matches!(event, Event::DocumentStart(..)) {
                let tail = self.span(range.start, text.len());
                self.builder.notes.push(Note { kind: NoteKind::IgnoredTail, span: tail, related: None });
                return Ok(());
            }
            self.event(event, range)?;
        }
        Ok(())
    }

    fn scan_error(&self, error: &ScanError) -> SyntaxError {
        let at = error.marker().byte_offset().unwrap_or(0);
        let mut start = (at + self.base).min(self.end);
        while !self.source.text.is_char_boundary(start) {
            start -= 1;
        }
        let width = self.source.text[start..].chars().next().map_or(0, char::len_utf8);
        SyntaxError::new(error.info(), Span::new(self.source.id, start, start + width))
    }

    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let id = self.scalar(&value, style, tag.as_deref(), range)?;
                self.close(id, anchor)
            }
            Event::SequenceStart(style, anchor, _) => self.open(false, style, anchor, range.start),
            Event::MappingStart(style, anchor, _) => self.open(true, style, anchor, range.start),
            Event::SequenceEnd | Event::MappingEnd => self.end_collection(range.end),
            Event::Alias(anchor) => self.alias(anchor, range),
            Event::UnresolvedAlias(name) => {
                Err(SyntaxError::new(format!("unknown anchor `{name}`"), self.span(range.start, range.end)))
            }
            Event::Comment(..) => {
                let span = self.span(range.start, range.end);
                let before = &self.source.text[..span.start as usize];
                let line = before.rfind('\n').map_or(0, |i| i + 1);
                let own_line = before[line..].trim().is_empty();
                self.builder.comment(Comment { span, own_line });
                Ok(())
            }
            Event::DocumentEnd => {
                self.documents += 1;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, mapping: bool, style: StructureStyle, anchor: usize, start: usize) -> Result<(), SyntaxError> {
        if self.stack.len() >= self.limits.depth {
            let message = format!("exceeded the nesting depth of {}", self.limits.depth);
            return Err(SyntaxError::new(message, self.span(start, start + 1)));
        }
        let style = if style == StructureStyle::Flow { Style::Flow } else { Style::Block };
        self.stack.push(Frame { start, style, mapping, anchor, children: Vec::new() });
        Ok(())
    }

    fn end_collection(&mut self, end: usize) -> Result<(), SyntaxError> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let mut span = self.span(frame.start, end);
        if frame.style == Style::Block {
            let text = &self.source.text[span.start as usize..span.end as usize];
            span.end = span.start + text.trim_end().len() as u32;
        }
        let id = if frame.mapping {
            self.builder.mapping(span, &frame.children, frame.style)?
        } else {
            self.builder.sequence(span, &frame.children, frame.style)
        };
        self.close(id, frame.anchor)
    }

    fn close(&mut self, id: NodeId, anchor: usize) -> Result<(), SyntaxError> {
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
        match self.stack.last_mut() {
            Some(frame) => frame.children.push(id),
            None => self.root = Some(id),
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, range: std::ops::Range<usize>) -> Result<(), SyntaxError> {
        let span = self.span(range.start, range.end);
        let Some(&target) = self.anchors.get(&anchor) else {
            return Err(SyntaxError::new("an anchor's value contains itself", span));
        };
        let copy = self.builder.copy(target, span)?;
        self.close(copy, 0)
    }

    fn scalar(
        &mut self,
        value: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        range: std::ops::Range<usize>,
    ) -> Result<NodeId, SyntaxError> {
        let span = self.span(range.start, range.end);
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let tag = tag.and_then(|tag| tag.core_suffix());
        let resolved = match (style, tag.as_deref()) {
            (_, Some("str")) => Resolved::String,
            (_, Some(tag)) => {
                tagged(tag, value).ok_or_else(|| SyntaxError::new(format!("cannot read `{value}` as !!{tag}"), span))?
            }
            (Style::Plain, None) if span.is_empty() => Resolved::Null,
            (Style::Plain, None) => resolve_plain(value),
            _ => Resolved::String,
        };
        let raw = self.source.slice(span);
        Ok(match resolved {
            Resolved::String if raw == value => self.builder.slice(span, span.start as usize, span.end as usize, style),
            Resolved::String => self.builder.decoded(span, value, style),
            other => self.builder.scalar(span, other),
        })
    }
}

fn tagged(tag: &str, value: &str) -> Option<Resolved> {
    let plain = resolve_plain(value);
    match (tag, plain) {
        ("int", Resolved::Int(_) | Resolved::UInt(_)) => Some(plain),
        ("float", Resolved::Int(i)) => Some(Resolved::Float(i as f64)),
        ("float", Resolved::Float(_)) => number(value),
        ("bool", Resolved::Bool(_)) | ("null", Resolved::Null) => Some(plain),
        ("int" | "float" | "bool" | "null", _) => None,
        _ => Some(Resolved::String),
    }
}
