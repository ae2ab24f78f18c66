//! Opening and reading files.
//!
//! In: what a walk found. Out: each file's text and documents, read in parallel; what cannot be opened, is encrypted or
//! too large goes to the ledger, or to the failures where the user named it.

use rayon::prelude::*;

use crate::coverage::{SkipReason, Skipped};
use crate::discover::{FoundFile, Walk, classify};
use crate::files::{self, MAX_FILE, ReadError};
use crate::progress::{Progress, Stage};
use crate::source::{Source, SourceId};
use crate::workspace::ReadFile;
use crate::yaml::{self, Limits};

/// The text that stands for the one on disk, by the name of the file.
pub(super) type TextOf<'a> = &'a (dyn Fn(&str) -> Option<&'a [u8]> + Sync);

/// What became of a file.
enum Opened {
    Read(Source, ReadFile),
    Skipped(Skipped),
    Failed(String),
    /// Data of something else.
    Nothing,
}

/// Opens and reads all files of a walk, or takes the text that stands for one.
pub(super) fn load(found: &mut Walk, text_of: TextOf<'_>, progress: &Progress) -> Vec<(Source, ReadFile)> {
    progress.start(Stage::Reading, found.files.len());
    let files = found.files.par_iter().enumerate();
    let opened = files.map(|(id, file)| {
        progress.step();
        open(id as u32, file, text_of)
    });
    let opened: Vec<_> = opened.collect();
    let mut files = Vec::with_capacity(opened.len());
    for (id, (file, opened)) in found.files.iter().zip(opened).enumerate() {
        match opened {
            Opened::Read(source, read) => {
                files.push((source, read));
                continue;
            }
            Opened::Skipped(skipped) if file.judged => found.skipped.push(skipped),
            Opened::Failed(message) => found.failures.push(message),
            Opened::Skipped(_) | Opened::Nothing => {}
        }
        // Ids are places in the list, so what was not read leaves an empty text behind.
        let source = SourceId(id as u32);
        let empty = ReadFile { source, documents: Vec::new(), judged: false };
        files.push((Source::from_text(source, file.name.clone(), ""), empty));
    }
    files
}

/// Reads texts that are in memory; their numbers become their sources' ids.
pub(super) fn read_all(texts: Vec<(String, Vec<u8>)>) -> Vec<(Source, ReadFile)> {
    let sources = texts.into_par_iter().enumerate();
    sources.map(|(id, (name, bytes))| read(Source::from_bytes(SourceId(id as u32), name, bytes), true)).collect()
}

/// Reads one text.
pub(super) fn read(source: Source, judged: bool) -> (Source, ReadFile) {
    let documents = yaml::read(&source, &Limits::default());
    let file = ReadFile { source: source.id, documents, judged };
    (source, file)
}

fn open(id: u32, file: &FoundFile, text_of: TextOf<'_>) -> Opened {
    let bytes = match bytes(file, text_of) {
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
    let (source, read) = read(Source::from_bytes(SourceId(id), file.name.clone(), bytes), file.judged);
    Opened::Read(source, read)
}

/// A file's bytes, or what stands for them.
fn bytes(file: &FoundFile, text_of: TextOf<'_>) -> Result<Vec<u8>, ReadError> {
    text_of(&file.name).map_or_else(|| files::read(&file.path, MAX_FILE), |bytes| Ok(bytes.to_owned()))
}

/// A JSON file is read where its text speaks of a field that makes a manifest.
fn looks_like_manifest(bytes: &[u8]) -> bool {
    [&b"\"apiVersion\""[..], b"\"kind\""].iter().any(|field| memchr::memmem::find(bytes, field).is_some())
}
