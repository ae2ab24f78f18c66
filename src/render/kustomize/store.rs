//! The files of one build, each read and parsed once.
//!
//! In: paths as a kustomization names them. Out: sources, bytes and documents; a failure where a file is absent, too large or
//! outside what the kustomization may read.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Limits;
use super::failure::{BuildResult, Context, Why, somewhere, unread};
use super::files::{Files, Found, folder, is_remote, is_within, join};
use super::node::Node;
use super::parsed::{Parsed, Read};
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
    by_path: FxHashMap<Arc<str>, SourceId>,
    /// The files by their numbers, each with its place among the sources.
    read: FxHashMap<SourceId, (SourceId, Arc<Read>)>,
    /// The numbers of all files that were asked for, as often as they were.
    pub(super) asked: Vec<SourceId>,
    documents: FxHashMap<SourceId, BuildResult<Arc<[Node]>>>,
    configurations: FxHashMap<SourceId, BuildResult<Option<Arc<Node>>>>,
    total: u64,
    /// What is shared where nobody shares these files.
    own: Parsed,
}

impl<'f> Store<'f> {
    /// An empty store.
    pub fn new(files: &'f dyn Files, limits: &'f Limits) -> Self {
        Self {
            files,
            limits,
            sources: SourceMap::default(),
            anywhere: limits.anywhere,
            by_path: FxHashMap::default(),
            read: FxHashMap::default(),
            asked: Vec::new(),
            documents: FxHashMap::default(),
            configurations: FxHashMap::default(),
            total: 0,
            own: Parsed::default(),
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
        !is_remote(path) && matches!(join(root, path).map(|path| self.files.find(&path)), Some(Ok(Found::Folder(_))))
    }

    /// The same as [`Self::load`] of a file in `root` itself, of which it does not matter why it cannot be loaded.
    pub fn load_if_there(&mut self, root: &str, name: &str) -> Option<SourceId> {
        let Ok(Found::File(found)) = self.files.find(&join(root, name)?) else { return None };
        let may_load = self.anywhere || is_within(folder(&found), root);
        may_load.then(|| self.open(found).ok()).flatten()
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
        if let Some(&id) = self.by_path.get(&*path) {
            self.asked.push(id);
            return Ok(id);
        }
        if self.by_path.len() >= self.limits.files {
            return somewhere(format!("the root reads more than {} files", self.limits.files));
        }
        let files = self.files;
        let read = self.parsed().file(&path, |number| {
            let (source, binary) = files.source(number, &path)?;
            Ok(Read { path: path.as_str().into(), source, binary })
        });
        let read = read.or_else(|error: String| unread(&path, error))?;
        if self.total + read.len() > self.limits.bytes {
            self.total += read.len();
            return somewhere(format!("the root reads more than {} bytes", self.limits.bytes));
        }
        Ok(self.take(&read))
    }

    /// Takes in a file that was read; gives its number.
    pub(super) fn take(&mut self, read: &Arc<Read>) -> SourceId {
        let known = self.by_path.get(&read.path).copied();
        let id = known.unwrap_or_else(|| {
            let (id, place) = (read.source.id, self.sources.next_id());
            self.total += read.len();
            let Source { name, text, .. } = &read.source;
            self.sources.push(Source::from_text(place, name.clone(), text.clone()).encoded_as(&read.source));
            self.by_path.insert(read.path.clone(), id);
            self.read.insert(id, (place, read.clone()));
            id
        });
        self.asked.push(id);
        id
    }

    /// Whether files can be taken in without more of them, or of their bytes, than there may be.
    pub(super) fn has_room(&self, reads: &[Arc<Read>]) -> bool {
        let new = reads.iter().filter(|read| !self.by_path.contains_key(&read.path));
        let (count, bytes) = new.fold((0, 0), |(count, bytes), read| (count + 1, bytes + read.len()));
        self.by_path.len() + count <= self.limits.files && self.total + bytes <= self.limits.bytes
    }

    /// The files that were asked for since, each once.
    pub(super) fn read_since(&self, start: usize) -> Vec<Arc<Read>> {
        let mut known = FxHashSet::default();
        let new = self.asked[start..].iter().filter(|id| known.insert(**id));
        new.filter_map(|id| self.read.get(id)).map(|(_, read)| read.clone()).collect()
    }

    /// What the roots that read these files share; nothing where each reads them for itself.
    pub(super) fn files_shared(&self) -> Option<&'f Parsed> {
        self.files.parsed()
    }

    fn parsed(&self) -> &Parsed {
        self.files.parsed().unwrap_or(&self.own)
    }

    /// The source that a number stands for.
    pub fn source(&self, id: SourceId) -> &Source {
        self.read.get(&id).map_or_else(|| self.sources.get(id), |(_, read)| &read.source)
    }

    /// A span by the number that its source has among [`Self::sources`].
    pub fn placed(&self, span: Span) -> Span {
        Span { source: self.read.get(&span.source).map_or(span.source, |(place, _)| *place), ..span }
    }

    /// The numbers that files have for all roots, by their places among [`Self::sources`].
    pub fn numbers(&self) -> FxHashMap<SourceId, SourceId> {
        self.read.iter().map(|(number, (place, _))| (*place, *number)).collect()
    }

    /// A file's bytes.
    pub fn content(&self, id: SourceId) -> &[u8] {
        match self.read.get(&id).and_then(|(_, read)| read.binary.as_deref()) {
            Some(bytes) => bytes,
            None => self.source(id).text.as_bytes(),
        }
    }

    /// The documents of a file of manifests or patches.
    ///
    /// # Errors
    /// The first that cannot be read.
    pub fn documents(&mut self, id: SourceId) -> BuildResult<Arc<[Node]>> {
        if let Some(known) = self.documents.get(&id) {
            return known.clone();
        }
        let make = |source: &Source| read::documents(source, &Itself, By::Resource).map(Arc::from);
        let made = match self.read.get(&id) {
            Some((_, read)) => self.parsed().documents(read, || make(&read.source)),
            None => make(self.sources.get(id)),
        };
        self.documents.insert(id, made.clone());
        made
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
        let inside = Inside::new(self, scalar.origin.span, text, source.line_starts());
        (source, inside)
    }

    /// The one document of a configuration file.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn configuration(&mut self, id: SourceId) -> BuildResult<Option<Arc<Node>>> {
        if let Some(known) = self.configurations.get(&id) {
            return known.clone();
        }
        let make = |source: &Source| Ok(read::configuration(source, &Itself)?.map(Arc::new));
        let made = match self.read.get(&id) {
            Some((_, read)) => self.parsed().configuration(read, || make(&read.source)),
            None => make(self.sources.get(id)),
        };
        self.configurations.insert(id, made.clone());
        made
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
    fn new(store: &Store<'_>, whole: Span, text: &str, starts: &[u32]) -> Self {
        let raw = store.source(whole.source).slice(whole);
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
        self.read.get(&id).is_some_and(|(_, read)| read.binary.is_some())
    }
}
