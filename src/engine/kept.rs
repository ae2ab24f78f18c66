//! What is kept of files from one check to the next.
//!
//! In: the files of a walk and what became of each; the names of those that may be other ones by now. Out: what is known of a file,
//! as long as it has the same name, the same place among the others and the same bytes.

use std::hash::{DefaultHasher, Hasher};

use rustc_hash::FxHashSet;

use crate::discover::{FoundFile, Walk};
use crate::files::ReadError;

use super::known::Known;
use super::load::{Loaded, Opened};

/// How a snapshot differs from the one that was checked before.
#[derive(Debug, Clone, Copy)]
pub enum Changes<'c> {
    /// Nothing is known: files are looked for, and each is read; what was made of the same bytes stays.
    Any,
    /// Only texts of these files, by their names as the report shows them: none came and none went, and nothing else that is read
    /// beside them (`.gitignore`, what git tracks, files that a chart or kustomization takes in) changed.
    Texts(&'c [&'c str]),
}

/// What is kept of the files of a snapshot.
#[derive(Default)]
pub struct Kept {
    walk: Option<Walk>,
    /// The files, each with what became of it, by their sources' ids.
    files: Vec<(FoundFile, Held)>,
    /// The names of those that may be other ones by now; nothing where all may.
    doubted: Option<FxHashSet<String>>,
    /// What changed since the last check; nothing where that is not known.
    edits: Option<Vec<Edit>>,
    /// What the rules found in each set.
    pub(super) known: Known,
}

/// A file whose text changed.
pub(super) struct Edit {
    /// Its source's number.
    pub source: u32,
    /// What became of it before and now, where it could be read.
    pub old: Option<Loaded>,
    pub new: Option<Loaded>,
}

/// What became of a file.
#[derive(Clone)]
pub(super) struct Held {
    /// By which its bytes are known again.
    pub digest: u64,
    pub opened: Opened,
}

impl Kept {
    /// Notes what may differ in the snapshot that is checked next.
    pub fn expect(&mut self, changes: Changes<'_>) {
        match changes {
            Changes::Any => (self.walk, self.doubted) = (None, None),
            Changes::Texts(names) => self.doubted = Some(names.iter().map(|&name| name.to_owned()).collect()),
        }
    }

    /// The files that there are, where they are known.
    pub(super) fn walk(&self) -> Option<Walk> {
        self.walk.clone()
    }

    pub(super) fn note_walk(&mut self, walk: &Walk) {
        self.walk = Some(walk.clone());
    }

    /// What is known of a file.
    pub(super) fn get(&self, id: u32, file: &FoundFile) -> Option<&Held> {
        self.files.get(id as usize).filter(|(known, _)| known == file).map(|(_, held)| held)
    }

    /// Whether a file may be another one by now.
    pub(super) fn is_doubted(&self, file: &FoundFile) -> bool {
        self.doubted.as_ref().is_none_or(|doubted| doubted.contains(&file.name))
    }

    /// What changed since the last check; nothing where that is not known.
    pub(super) fn edits(&self) -> Option<&[Edit]> {
        self.edits.as_deref()
    }

    /// Keeps what became of files.
    pub(super) fn note(&mut self, found: &[FoundFile], opened: &[Held]) {
        let (same, known) = (self.walk.is_some(), self.files.len() == found.len());
        let doubted = self.doubted.take().filter(|_| same && known);
        if let Some(doubted) = doubted {
            let (mut edits, mut met) = (Vec::new(), 0);
            let all = self.files.iter_mut().zip(opened).enumerate();
            for (number, ((_, held), opened)) in all.filter(|(_, ((file, _), _))| doubted.contains(&file.name)) {
                met += 1;
                if held.digest != opened.digest {
                    let (old, new) = (held.opened.loaded().cloned(), opened.opened.loaded().cloned());
                    edits.push(Edit { source: number as u32, old, new });
                    *held = opened.clone();
                }
            }
            // What is no file of the walk may be anything.
            self.edits = (met == doubted.len()).then_some(edits);
        } else {
            self.files = found.iter().cloned().zip(opened.iter().cloned()).collect();
            self.edits = None;
        }
        self.doubted = Some(FxHashSet::default());
    }
}

/// By which bytes are known again; what cannot be read, by why.
pub(super) fn digest(bytes: &Result<Vec<u8>, ReadError>) -> u64 {
    let mut hasher = DefaultHasher::new();
    match bytes {
        Ok(bytes) => hasher.write(bytes),
        Err(error) => hasher.write(error.to_string().as_bytes()),
    }
    hasher.finish()
}
