//! The files of one build, each read and parsed once.
//!
//! In: paths as a kustomization names them. Out: sources, bytes and documents; a failure where a file is absent, too large or
//! outside what the kustomization may read.

use std::collections::HashMap;
use std::sync::Arc;

use super::Limits;
use super::failure::{BuildResult, Context, Why, somewhere, unread};
use super::files::{Files, Found, folder, is_remote, is_within, join};
use super::node::Node;
use super::read::{self, Itself, Places};
use crate::render::origin::By;
use crate::source::{Source, SourceId, SourceMap, Span};

/// The files of one build.
pub struct Store<'f> {
    files: &'f dyn Files,
    limits: &'f Limits,
    /// All that was read, in that order.
    pub sources: SourceMap,
    /// Whether files outside of a kustomization's folder may be loaded.
    pub anywhere: bool,
    by_path: HashMap<String, SourceId>,
    /// The bytes of files that are no text.
    bytes: HashMap<SourceId, Arc<[u8]>>,
    documents: HashMap<SourceId, BuildResult<Arc<[Node]>>>,
    configurations: HashMap<SourceId, BuildResult<Option<Arc<Node>>>>,
    total: u64,
}

impl<'f> Store<'f> {
    /// An empty store.
    pub fn new(files: &'f dyn Files, limits: &'f Limits) -> Self {
        Self {
            files,
            limits,
            sources: SourceMap::default(),
            anywhere: limits.anywhere,
            by_path: HashMap::new(),
            bytes: HashMap::new(),
            documents: HashMap::new(),
            configurations: HashMap::new(),
            total: 0,
        }
    }

    /// The files that it reads.
    pub fn door(&self) -> &dyn Files {
        self.files
    }

    /// The folder that a path in a kustomization's folder leads to.
    ///
    /// # Errors
    /// Where it leads nowhere, or to a file.
    pub fn folder(&self, root: &str, path: &str) -> BuildResult<String> {
        if is_remote(path) {
            return remote(path);
        }
        if path.starts_with('/') {
            return somewhere(format!("`{path}` must be relative"));
        }
        match self.find(root, path)? {
            Found::Folder(path) => Ok(path),
            Found::File(_) => somewhere(format!("`{path}` is a file, not a folder with a kustomization file")),
        }
    }

    /// Whether a path in a kustomization's folder leads to a folder.
    pub fn is_folder(&self, root: &str, path: &str) -> bool {
        !is_remote(path) && matches!(self.find(root, path), Ok(Found::Folder(_)))
    }

    fn find(&self, root: &str, path: &str) -> BuildResult<Found> {
        let Some(joined) = join(root, path) else {
            return somewhere(format!("`{path}` is outside the repository"));
        };
        self.files.find(&joined).or_else(|error| {
            if is_remote(path) {
                return remote(path);
            }
            let why = if self.files.is_ignored(&joined) { Why::Absent } else { Why::Refused };
            unread(path, error).because(why)
        })
    }

    /// Reads a file that a kustomization in `root` names: it must lie in or below that folder.
    ///
    /// # Errors
    /// Where it does not, or cannot be read.
    pub fn load(&mut self, root: &str, path: &str) -> BuildResult<SourceId> {
        if is_remote(path) && path.contains("://") {
            return remote(path);
        }
        let found = match self.find(root, path)? {
            Found::File(found) => found,
            Found::Folder(_) => return somewhere(format!("`{path}` is a folder, not a file")),
        };
        if !self.anywhere && !is_within(folder(&found), root) {
            return somewhere(format!(
                "`{path}` is not in or below the kustomization's folder, and kustomize reads no other file"
            ));
        }
        self.open(found)
    }

    fn open(&mut self, path: String) -> BuildResult<SourceId> {
        if let Some(&id) = self.by_path.get(&path) {
            return Ok(id);
        }
        if self.by_path.len() >= self.limits.files {
            return somewhere(format!("the root reads more than {} files", self.limits.files));
        }
        let id = self.sources.next_id();
        let read = self.files.source(id, &path);
        let (source, binary) = read.or_else(|error| unread(&path, error))?;
        self.total += binary.as_ref().map_or(source.text.len(), |bytes| bytes.len()) as u64;
        if self.total > self.limits.bytes {
            return somewhere(format!("the root reads more than {} bytes", self.limits.bytes));
        }
        if let Some(bytes) = binary {
            self.bytes.insert(id, bytes);
        }
        self.sources.push(source);
        self.by_path.insert(path, id);
        Ok(id)
    }

    /// A file's bytes.
    pub fn content(&self, id: SourceId) -> &[u8] {
        match self.bytes.get(&id) {
            Some(bytes) => bytes,
            None => self.sources.get(id).text.as_bytes(),
        }
    }

    /// The documents of a file of manifests or patches.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn documents(&mut self, id: SourceId) -> BuildResult<Arc<[Node]>> {
        let (sources, known) = (&self.sources, &mut self.documents);
        let (source, parsed) = (sources.get(id), self.files.parsed());
        let read = || read::documents(source, &Itself, By::Resource).map(Arc::from);
        let read = || match parsed {
            Some(parsed) => parsed.documents(source, read),
            None => read(),
        };
        known.entry(id).or_insert_with(read).clone()
    }

    /// The documents of a text that stands in a scalar.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn embedded(&self, scalar: &Node, text: &str, by: By) -> BuildResult<Vec<Node>> {
        let (source, inside) = self.inside(scalar, text);
        read::documents(&source, &inside, by).or_at(scalar.origin.span)
    }

    /// One configuration that stands in a scalar.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn embedded_configuration(&self, scalar: &Node, text: &str) -> BuildResult<Option<Node>> {
        let (source, inside) = self.inside(scalar, text);
        read::configuration(&source, &inside).or_at(scalar.origin.span)
    }

    fn inside(&self, scalar: &Node, text: &str) -> (Source, Inside) {
        let source = Source::from_text(SourceId(u32::MAX), "", text);
        let inside = Inside::new(&self.sources, scalar.origin.span, text, source.line_starts());
        (source, inside)
    }

    /// The one document of a configuration file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn configuration(&mut self, id: SourceId) -> BuildResult<Option<Arc<Node>>> {
        let (sources, known) = (&self.sources, &mut self.configurations);
        let (source, parsed) = (sources.get(id), self.files.parsed());
        let read = || Ok(read::configuration(source, &Itself)?.map(Arc::new));
        let read = || match parsed {
            Some(parsed) => parsed.configuration(source, read),
            None => read(),
        };
        known.entry(id).or_insert_with(read).clone()
    }
}

fn remote<T>(path: &str) -> BuildResult<T> {
    somewhere(format!("`{path}` is remote; nothing is fetched")).because(Why::Absent)
}

/// Where the lines of a text in a scalar stand in the scalar's file.
struct Inside {
    whole: Span,
    /// For each line where it begins in the text and in the file; empty where that cannot be told.
    lines: Vec<(u32, u32)>,
}

impl Inside {
    fn new(sources: &SourceMap, whole: Span, text: &str, starts: &[u32]) -> Self {
        let raw = sources.get(whole.source).slice(whole);
        let lines = if raw.starts_with('|') { literal(raw, text, starts) } else { same_line(raw, text) };
        let lines = lines.into_iter().map(|(at, offset)| (at, whole.start + offset)).collect();
        Self { whole, lines }
    }
}

/// The lines of a literal block: each stands on its own line, behind the block's indentation. The text may lack blank lines
/// that the block begins with.
fn literal(raw: &str, text: &str, starts: &[u32]) -> Vec<(u32, u32)> {
    let mut offset = raw.find('\n').map_or(raw.len(), |at| at + 1);
    let mut found = Vec::new();
    let (mut rows, mut next) = (text.split('\n'), starts.iter());
    let (Some(mut row), Some(mut start)) = (rows.next(), next.next()) else { return found };
    for line in raw[offset..].split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let first = found.is_empty();
        if body.ends_with(row) && !(first && row.trim().is_empty() != body.trim().is_empty()) {
            found.push((*start, (offset + body.len() - row.len()) as u32));
            let (Some(following), Some(at)) = (rows.next(), next.next()) else { break };
            (row, start) = (following, at);
        } else if !first {
            return Vec::new();
        }
        offset += line.len();
    }
    found
}

fn same_line(raw: &str, text: &str) -> Vec<(u32, u32)> {
    raw.find(text).map(|at| vec![(0, at as u32)]).unwrap_or_default()
}

impl Places for Inside {
    fn place(&self, span: Span) -> Span {
        let at = |offset: u32| {
            let line = self.lines.partition_point(|(start, _)| *start <= offset).checked_sub(1)?;
            let (start, place) = self.lines[line];
            Some((place + (offset - start)).min(self.whole.end))
        };
        match (at(span.start), at(span.end)) {
            (Some(start), Some(end)) => Span { source: self.whole.source, start, end },
            _ => self.whole,
        }
    }
}

impl Store<'_> {
    /// Whether a file is no text.
    pub fn is_binary(&self, id: SourceId) -> bool {
        self.bytes.contains_key(&id)
    }
}
