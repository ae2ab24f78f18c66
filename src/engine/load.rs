//! Opening and reading files.
//!
//! In: what a walk found. Out: each file's text and documents, with what there is to say of them by themselves, as far as they
//! are needed later; all done in parallel, a file at a time. What cannot be opened, is encrypted or too large goes to the
//! ledger, or to the failures where the user named it.

use std::sync::Arc;

use rayon::prelude::*;

use crate::coverage::{SkipReason, Skipped};
use crate::discover::{FoundFile, Walk, classify};
use crate::files::{Files, MAX_FILE, ReadError};
use crate::progress::{Progress, Stage};
use crate::source::{Source, SourceId, SourceMap};
use crate::workspace::ReadFile;
use crate::yaml::{self, Limits};

use super::keep::Keep;
use super::kept::{Held, Kept, digest};
use super::look::Look;
use super::validity::Validators;

/// A file that was read.
#[derive(Clone)]
pub(super) struct Loaded {
    pub source: Arc<Source>,
    pub file: ReadFile,
    /// What there is to say of each document by itself; none where the file is not checked.
    pub looks: Arc<Vec<Look>>,
    /// By which its text is known again, where it was let go.
    pub digest: Option<u64>,
}

/// What became of a file.
#[derive(Clone)]
pub(super) enum Opened {
    Read(Loaded),
    Skipped(Skipped),
    Failed(String),
    /// Data of something else.
    Nothing,
}

impl Opened {
    /// The file, where it was read.
    pub(super) fn loaded(&self) -> Option<&Loaded> {
        if let Self::Read(loaded) = self { Some(loaded) } else { None }
    }
}

/// What became of all files of a walk.
#[derive(Default)]
pub(super) struct Opening {
    pub files: Vec<Loaded>,
    pub skipped: Vec<Skipped>,
    /// Messages about those that the user named.
    pub failures: Vec<String>,
}

/// What was read, a list for each part.
#[derive(Default)]
pub(super) struct Stock {
    pub sources: SourceMap,
    pub read: Vec<ReadFile>,
    pub looks: Vec<Arc<Vec<Look>>>,
    pub digests: Vec<Option<u64>>,
}

impl Stock {
    pub(super) fn of(files: Vec<Loaded>) -> Self {
        let mut stock = Self::default();
        for loaded in files {
            stock.sources.push(loaded.source);
            stock.read.push(loaded.file);
            stock.looks.push(loaded.looks);
            stock.digests.push(loaded.digest);
        }
        stock
    }
}

/// What every file goes through once it is open.
pub(super) struct Reader<'j> {
    /// For what can be checked of a document by itself.
    pub checks: &'j Validators<'static>,
    pub keep: Keep<'j>,
    pub files: &'j dyn Files,
}

/// Opens, reads and looks at all files of a walk, but for those that were kept and are as they were.
pub(super) fn load(found: &Walk, reader: &Reader<'_>, progress: &Progress, kept: Option<&mut Kept>) -> Opening {
    progress.start(Stage::Reading, found.files.len());
    let files = found.files.par_iter().enumerate();
    let known = kept.as_deref();
    let opened = files.map(|(id, file)| {
        progress.step();
        match known {
            Some(kept) => reader.open_again(id as u32, file, kept),
            None => Held { digest: 0, opened: reader.open(id as u32, file), speaks: true },
        }
    });
    let opened: Vec<_> = opened.collect();
    if let Some(kept) = kept {
        kept.note(&found.files, &opened);
    }
    let mut opening = Opening { files: Vec::with_capacity(opened.len()), ..Opening::default() };
    for (id, (file, held)) in found.files.iter().zip(opened).enumerate() {
        match held.opened {
            Opened::Read(loaded) => {
                opening.files.push(loaded);
                continue;
            }
            Opened::Skipped(skipped) if file.checked => opening.skipped.push(skipped),
            Opened::Failed(message) => opening.failures.push(message),
            Opened::Skipped(_) | Opened::Nothing => {}
        }
        // Ids are places in the list, so what was not read leaves an empty text behind.
        let source = SourceId(id as u32);
        let file_read = ReadFile { source, documents: Arc::default(), checked: false };
        let source = Arc::new(Source::empty(source, file.name.clone()));
        opening.files.push(Loaded { source, file: file_read, looks: Arc::default(), digest: None });
    }
    opening
}

/// Reads texts that are in memory; their numbers become their sources' ids.
pub(super) fn read_all(texts: &[(String, Vec<u8>)], reader: &Reader<'_>) -> Vec<Loaded> {
    let read = |(id, (name, bytes)): (usize, &(String, Vec<u8>))| {
        reader.look(Source::from_bytes(SourceId(id as u32), name.clone(), bytes.clone()).as_clients_read(), true)
    };
    texts.par_iter().enumerate().map(read).collect()
}

/// Reads one text.
pub(super) fn read(source: Source, checked: bool) -> (Source, ReadFile) {
    let documents = Arc::new(yaml::read(&source, &Limits::default()));
    let file = ReadFile { source: source.id, documents, checked };
    (source, file)
}

impl Reader<'_> {
    fn open(&self, id: u32, file: &FoundFile) -> Opened {
        self.take(id, file, bytes(file, self.files))
    }

    /// The same of a file that may be known.
    fn open_again(&self, id: u32, file: &FoundFile, kept: &Kept) -> Held {
        let known = kept.get(id, file);
        if let Some(held) = known.filter(|_| !kept.is_doubted(file)) {
            return held.clone();
        }
        let bytes = bytes(file, self.files);
        let digest = digest(&bytes);
        match known.filter(|held| held.digest == digest) {
            Some(held) => held.clone(),
            None => Held::new(digest, self.take(id, file, bytes)),
        }
    }

    /// Takes up what was read of a file.
    fn take(&self, id: u32, file: &FoundFile, bytes: Result<Vec<u8>, ReadError>) -> Opened {
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(ReadError::TooLarge(_)) => return Opened::Skipped(Skipped::new(&file.name, SkipReason::TooLarge)),
            Err(error) if file.explicit => return Opened::Failed(format!("{}: {error}", file.name)),
            Err(error) => {
                let skipped = Skipped::new(&file.name, SkipReason::Unreadable);
                return Opened::Skipped(Skipped { detail: error.to_string(), ..skipped });
            }
        };
        if classify::is_encrypted(&bytes) {
            return Opened::Skipped(Skipped::new(&file.name, SkipReason::Encrypted));
        }
        if !file.explicit && file.name.ends_with(".json") && !looks_like_manifest(&bytes) {
            return Opened::Nothing;
        }
        let source = Source::from_bytes(SourceId(id), file.name.clone(), bytes).as_clients_read();
        Opened::Read(self.look(source, file.checked))
    }

    /// Reads a text, looks at its documents, and keeps of it what will be needed.
    fn look(&self, source: Source, checked: bool) -> Loaded {
        let (source, file) = read(source, checked);
        let documents = file.documents.iter().filter(|_| checked);
        let looks = Arc::new(documents.map(|document| Look::at(document, &source, self.checks)).collect());
        let mut loaded = Loaded { source: Arc::new(source), file, looks, digest: None };
        self.keep.apply(&mut loaded);
        loaded
    }
}

/// A file's bytes.
pub(super) fn bytes(file: &FoundFile, files: &dyn Files) -> Result<Vec<u8>, ReadError> {
    files.read(&file.path, MAX_FILE)
}

/// A JSON file is read where its text speaks of a field that makes a manifest.
fn looks_like_manifest(bytes: &[u8]) -> bool {
    const FIELDS: [&[u8]; 2] = [b"\"apiVersion\"", b"\"kind\""];
    let speaks = |field: &[u8]| memchr::memmem::find(bytes, field).is_some();
    // What PowerShell writes has two bytes for each, in either order.
    let wide = |field: &[u8]| field.iter().flat_map(|byte| [*byte, 0]).collect::<Vec<u8>>();
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    FIELDS.into_iter().any(|field| speaks(field) || (is_wide && speaks(&wide(field)[..2 * field.len() - 1])))
}
