//! What is checked.
//!
//! In: a door to files, paths, texts. Out: [`Snapshot`]: the files that these name, as they are at one moment: on disk, in memory,
//! with texts laid over them, or at a revision; or texts that come without any files around them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::discover::{self, FoundFile};
use crate::files::name::path_of;
use crate::files::{Door, Files, Overlay};
use crate::revision::{Past, Revision};

use super::Job;

/// Files as they are at one moment, or texts.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The door to the files: the disk, where nothing else is said.
    pub(super) files: Door,
    /// Files and directories.
    pub(super) paths: Vec<PathBuf>,
    /// Text from standard input, and the name it is shown under.
    stdin: Option<(String, Vec<u8>)>,
    /// Texts that stand for those of files, by the files' names (see [`crate::files::name`]).
    texts: BTreeMap<String, Vec<u8>>,
    /// Texts to be checked without files around them, by their names.
    alone: Option<Vec<(String, Vec<u8>)>>,
    /// A revision, and the files that stood there.
    then: Option<(Arc<Past>, Vec<FoundFile>)>,
}

impl Snapshot {
    /// What lies at some paths, as a door shows it.
    pub fn new(files: Door, paths: Vec<PathBuf>) -> Self {
        Self { files, paths, ..Self::default() }
    }

    /// What lies at some paths on disk.
    pub fn of_paths(paths: Vec<PathBuf>) -> Self {
        Self::new(Door::default(), paths)
    }

    /// Texts without files around them, by their names: their numbers become their sources' ids.
    pub fn of_texts(texts: Vec<(String, Vec<u8>)>) -> Self {
        Self { alone: Some(texts), ..Self::default() }
    }

    /// One such text.
    pub fn of_text(name: &str, text: impl Into<Vec<u8>>) -> Self {
        Self::of_texts(vec![(name.to_owned(), text.into())])
    }

    /// Adds a file whose text came by standard input, and the name it is shown under.
    pub fn with_stdin(mut self, name: String, text: Vec<u8>) -> Self {
        self.stdin = Some((name, text));
        self
    }

    /// Lays texts over those of files, by the files' names.
    pub fn with_texts(mut self, texts: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        self.texts.extend(texts);
        self
    }

    /// The text that was laid over a file.
    pub(super) fn text(&self, name: &str) -> Option<&[u8]> {
        self.texts.get(name).map(Vec::as_slice)
    }

    /// The same files as they stood at a revision, of which these are there.
    pub(super) fn at(&self, past: &Arc<Past>, found: Vec<FoundFile>) -> Self {
        Self { then: Some((past.clone(), found)), ..self.clone() }
    }

    /// The texts that come without files around them, where it is these that are checked.
    pub(super) fn alone(&self) -> Option<&[(String, Vec<u8>)]> {
        self.alone.as_deref()
    }

    /// The door to the files with all that lies over them.
    pub(super) fn door(&self) -> Box<dyn Files + '_> {
        if let Some((past, _)) = &self.then {
            return Box::new(Revision::new(past, &*self.files));
        }
        let piped = self.stdin.iter().map(|(name, text)| (name.as_str(), text.as_slice()));
        let texts = self.texts.iter().map(|(name, text)| (name.as_str(), text.as_slice()));
        Box::new(Overlay::new(&*self.files, piped.chain(texts)))
    }

    /// Whether no text lies over the files.
    pub(super) fn is_as_it_lies(&self) -> bool {
        self.stdin.is_none() && self.texts.is_empty() && self.then.is_none()
    }

    /// The file that standard input stands for.
    pub(super) fn stdin_file(&self) -> Option<PathBuf> {
        self.stdin.as_ref().map(|(name, _)| path_of(name))
    }

    /// The files.
    pub(super) fn find(&self, job: &Job<'_>) -> discover::Walk {
        if let Some((_, found)) = &self.then {
            return discover::Walk { files: found.clone(), ..discover::Walk::default() };
        }
        let (files, beside, no_ignore) = (&*self.files, self.stdin_file(), job.request.no_ignore);
        let mut walk = match job.request.repository {
            true => discover::repository::walk_around(files, &self.paths, beside.as_deref(), no_ignore),
            false => discover::walk(files, &self.paths, no_ignore),
        };
        if let Some((name, _)) = &self.stdin {
            walk.put(name, &self.files);
        }
        walk
    }
}
