//! Reading YAML (and JSON) exactly as the API server's reader sees it.
//!
//! In: a [`Source`]. Out: one [`Document`] for each chunk that apimachinery's reader would cut: its spanned [`Tree`] or
//! the [`SyntaxError`] that stopped it, and [`Note`]s on what the server reads otherwise than the author may think.
//! Nothing outside this module knows which parser stands behind it.

mod build;
mod clash;
mod json;
mod lines;
mod parse;
mod path;
mod place;
mod resolve;
mod split;
mod timestamp;
mod tree;

pub use json::to_json;
pub use lines::{ReadLines, read_lines};
pub use place::Place;
pub use tree::{Comment, Entry, EntryState, Kind, Node, NodeId, Style, Tree};

use crate::source::{Source, Span};

/// One chunk of a file, read.
#[derive(Debug)]
pub struct Document {
    /// 0-based number of the chunk in its file.
    pub number: u32,
    /// The chunk's bytes.
    pub span: Span,
    /// What the reader makes of it.
    pub tree: Result<Tree, SyntaxError>,
    /// What deserves a remark, in the order of the text.
    pub notes: Vec<Note>,
}

impl Document {
    /// Whether nothing but comments and white space stands in it.
    pub fn is_empty(&self) -> bool {
        matches!(&self.tree, Ok(tree) if tree.root().is_null() && tree.root().raw().trim().is_empty())
    }
}

/// Why a document could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// In plain words, without a final stop.
    pub message: String,
    /// Where it went wrong.
    pub span: Span,
    /// A second place that explains the first, and what it is.
    pub related: Option<(Span, String)>,
}

impl SyntaxError {
    pub(crate) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span, related: None }
    }
}

/// What a [`Note`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// A key stands twice in one map. The last wins; the strict server refuses it.
    DuplicateKey,
    /// Two keys of different type become the same JSON key (`80` and `"80"`): which one survives is random.
    AmbiguousKey,
    /// A merge key and an explicit key give the same key: the strict server refuses it.
    MergeOverride,
    /// A plain key such as `on` or `y` turned into a boolean.
    BooleanKey,
    /// The server reads only the first part of the chunk and silently drops the rest.
    IgnoredTail,
    /// A separator line with something after it: the server stops reading the file.
    BadSeparator,
}

/// Something that the server reads otherwise than it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub kind: NoteKind,
    /// Where.
    pub span: Span,
    /// The other place involved: the first of two keys.
    pub related: Option<Span>,
}

/// Bounds on what is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deepest nesting of collections; go-yaml's own bound is 10,000.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 10_000 }
    }
}

/// Reads a source's documents. Never fails as a whole: each document carries its own outcome.
pub fn read(source: &Source, limits: &Limits) -> Vec<Document> {
    let chunks = split::chunks(&source.text, source.encoding);
    let documents = chunks.iter().enumerate().map(|(number, chunk)| {
        let span = Span::new(source.id, chunk.start, chunk.end);
        let (tree, notes) = read_chunk(source, chunk, span, limits);
        Document { number: number as u32, span, tree, notes }
    });
    documents.collect()
}

fn read_chunk(
    source: &Source,
    chunk: &split::Chunk,
    span: Span,
    limits: &Limits,
) -> (Result<Tree, SyntaxError>, Vec<Note>) {
    if chunk.bad_separator {
        let line = source.slice(span).trim_end();
        let message = format!("`{line}` is no document separator: nothing but a comment may follow `---`");
        let span = Span::new(source.id, chunk.start, chunk.start + line.len());
        return (Err(SyntaxError::new(message, span)), Vec::new());
    }
    match parse::parse(source, span, limits, parse::Escapes::Yaml) {
        Ok((tree, notes)) => (Ok(tree), notes),
        Err(error) => (Err(error), Vec::new()),
    }
}
