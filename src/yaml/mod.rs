//! Reading YAML (and JSON) exactly as the API server's reader sees it.
//!
//! In: a [`Source`]. Out: one [`Document`] for each chunk that apimachinery's reader would cut: its spanned [`Tree`] or
//! the [`SyntaxError`] that stopped it, and [`Note`]s on what the server reads otherwise than the author may think.
//! Nothing outside this module knows which parser stands behind it.

mod arena;
mod build;
pub mod built;
mod clash;
mod comments;
mod cut;
pub mod edit;
mod json;
pub(crate) mod known;
mod lines;
mod names;
pub mod origin;
mod parse;
mod path;
mod place;
mod recover;
mod remarks;
mod resolve;
mod split;
mod stream;
mod timestamp;
mod tree;
mod walk;

pub use json::to_json;
pub use lines::{ReadLines, read_lines};
pub use place::Place;
pub use tree::{Comment, Entry, EntryState, Kind, Node, NodeId, Style, Tree};

pub(crate) use resolve::{Resolved, go_shortest, resolve_plain};
pub(crate) use timestamp::is_timestamp;

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
    /// Further errors below the first, found by reading on at the next key of the root. Empty where it was read.
    pub also: Vec<SyntaxError>,
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
    /// A merge key and an explicit key give the same key: clients merge before anything is sent; the server itself would refuse it.
    MergeOverride,
    /// A key of the map itself that one which `<<` merges in behind it overrules.
    OverruledByMerge,
    /// A plain key such as `on` or `y` turned into a boolean.
    BooleanKey,
    /// The server reads only the first part of the chunk and silently drops the rest.
    IgnoredTail,
    /// A separator line with something after it: the server stops reading the file.
    BadSeparator,
    /// A separator cuts a block scalar in two.
    SplitBlockScalar,
    /// JSON that the YAML reader refuses, read as JSON because `kubectl` does.
    ReadAsJson,
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
    if source.text.len() > MAX_BYTES {
        return vec![too_large(source)];
    }
    let mut documents = read_chunks(source, &split::chunks(&source.text, source.encoding), limits);
    if let Some(values) = stream::values(source, &documents) {
        return read_chunks(source, &values, limits);
    }
    split::note_cut_scalars(source, &mut documents);
    documents
}

fn read_chunks(source: &Source, chunks: &[split::Chunk], limits: &Limits) -> Vec<Document> {
    let documents = chunks.iter().enumerate().map(|(number, chunk)| {
        let span = Span::new(source.id, chunk.start, chunk.end);
        let (tree, notes) = read_chunk(source, chunk, span, limits);
        let also = tree.as_ref().err().map_or(Vec::new(), |error| recover::further(source, span, error, limits));
        Document { number: number as u32, span, tree, also, notes }
    });
    documents.collect()
}

/// Largest text in bytes: offsets have 31 bits.
const MAX_BYTES: usize = i32::MAX as usize;

fn too_large(source: &Source) -> Document {
    let span = Span::new(source.id, 0, 0);
    let message = format!("the file has {} bytes; at most {MAX_BYTES} are read", source.text.len());
    Document { number: 0, span, tree: Err(SyntaxError::new(message, span)), also: Vec::new(), notes: Vec::new() }
}

fn read_chunk(
    source: &Source,
    chunk: &split::Chunk,
    span: Span,
    limits: &Limits,
) -> (Result<Tree, SyntaxError>, Vec<Note>) {
    if chunk.bad_separator {
        let line = source.slice(span).trim_end();
        let message = format!("`{}` is not a document separator: only a comment may follow `---`", shorten(line));
        let span = Span::new(source.id, chunk.start, chunk.start + line.len());
        return (
            Err(SyntaxError::new(message, span)),
            vec![Note { kind: NoteKind::BadSeparator, span, related: None }],
        );
    }
    match parse::parse(source, span, limits, parse::Escapes::Yaml) {
        Ok((tree, notes)) => (Ok(tree), notes),
        Err(error) => match recover::as_json(source, span, limits) {
            Some((tree, notes)) => (Ok(tree), notes),
            None => (Err(error), Vec::new()),
        },
    }
}

/// The first characters of a text that is shown in a message.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// Whether a plain scalar of that text is something else than this string to some reader: a boolean, a number, null.
pub(crate) fn reads_as_other(text: &str) -> bool {
    !matches!(resolve::resolve_plain(text), resolve::Resolved::String) || timestamp::is_timestamp(text)
}

/// Reads the first document of a part of a source, as go-yaml reads a stream: what follows it in the part is not read.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read_part(source: &Source, span: Span, limits: &Limits) -> Result<Tree, SyntaxError> {
    read_part_noted(source, span, limits).map(|(tree, _)| tree)
}

/// The same, with what there is to note of it.
pub(crate) fn read_part_noted(source: &Source, span: Span, limits: &Limits) -> Result<(Tree, Vec<Note>), SyntaxError> {
    parse::parse(source, span, limits, parse::Escapes::Yaml)
}
