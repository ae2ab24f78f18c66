//! What is kept of files from one check to the next.
//!
//! In: the files of a walk and what became of each; the names of those that may be other ones by now. Out: what is known of a file,
//! as long as it has the same name, the same place among the others and the same bytes.

use std::hash::{DefaultHasher, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashSet;

use crate::discover::commands::Scripts;
use crate::discover::{Charts, FoundFile, Walk};
use crate::files::ReadError;
use crate::source::{Source, SourceId};
use crate::suppress::{annotation, comment};
use crate::yaml::Document;

use super::beside::Beside;
use super::known::Known;
use super::load::{Loaded, Opened};
use super::look::Objects;
use super::stages::Stages;

/// How a snapshot differs from the one that was checked before.
#[derive(Debug, Clone, Copy)]
pub enum Changes<'c> {
    /// Nothing is known: files are looked for, and each is read; what was made of the same bytes stays.
    Any,
    /// Only texts of these files, by their names as the report shows them: none came and none went, and nothing else that is read
    /// beside them (`.gitignore`, what git tracks, files that a chart or kustomization takes in, scripts, programs, modules, documents
    /// and templates of other tools) changed.
    Texts(&'c [&'c str]),
}

/// What is kept of the files of a snapshot.
#[derive(Default)]
pub struct Kept {
    /// The files that there are, and the charts around them.
    walk: Option<(Arc<Walk>, Arc<Charts>)>,
    /// The files, each with what became of it, by their sources' ids.
    files: Vec<(FoundFile, Held)>,
    /// The names of those that may be other ones by now; nothing where all may.
    doubted: Option<FxHashSet<String>>,
    /// What changed since the last check; nothing where that is not known.
    edits: Option<Vec<Edit>>,
    /// What was read that is no manifest.
    pub(super) beside: Beside,
    /// What was worked out over all files, where a change may hide from it.
    stages: Mutex<Option<Arc<Stages>>>,
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
    /// Comments or annotations in it may suppress something.
    pub speaks: bool,
}

impl Held {
    pub(super) fn new(digest: u64, opened: Opened) -> Self {
        let loaded = opened.loaded();
        let speaks = |document: &Document, source: &Source| {
            let mut objects = Objects::of(document).whole.into_iter();
            comment::speaks(document, source) || objects.any(annotation::speaks)
        };
        let speaks =
            loaded.is_some_and(|loaded| loaded.file.documents.iter().any(|document| speaks(document, &loaded.source)));
        Self { digest, opened, speaks }
    }
}

impl Kept {
    /// Notes what may differ in the snapshot that is checked next.
    pub fn expect(&mut self, changes: Changes<'_>) {
        match changes {
            Changes::Any => (self.walk, self.doubted) = (None, None),
            Changes::Texts(names) => self.doubted = Some(names.iter().map(|&name| name.to_owned()).collect()),
        }
    }

    /// The files that there are, and the charts around them, where they are known.
    pub(super) fn walk(&self) -> Option<(Arc<Walk>, Arc<Charts>)> {
        self.walk.clone()
    }

    pub(super) fn note_walk(&mut self, walk: &Arc<Walk>, charts: &Arc<Charts>) {
        self.walk = Some((walk.clone(), charts.clone()));
    }

    /// What was worked out in the last check, where all that changed since then hides from it.
    pub(super) fn former(&self) -> Option<Arc<Stages>> {
        let stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        self.edits()?.iter().all(|edit| stages.hide(edit)).then_some(stages)
    }

    /// Keeps what was worked out over all files; nothing where any change may be seen.
    pub(super) fn note_stages(&self, stages: Option<Stages>) {
        *self.stages.lock().unwrap_or_else(PoisonError::into_inner) = stages.map(Arc::new);
    }

    /// What is known of a file.
    pub(super) fn get(&self, id: u32, file: &FoundFile) -> Option<&Held> {
        // Where only texts change, the files are those of the last walk.
        let is_same = |known: &FoundFile| self.doubted.is_some() || known == file;
        self.files.get(id as usize).filter(|(known, _)| is_same(known)).map(|(_, held)| held)
    }

    /// Whether comments or annotations of a file may suppress something.
    pub(super) fn speaks(&self, source: SourceId) -> bool {
        self.files.get(source.0 as usize).is_none_or(|(_, held)| held.speaks)
    }

    /// Whether a file may be another one by now.
    pub(super) fn is_doubted(&self, file: &FoundFile) -> bool {
        self.doubted.as_ref().is_none_or(|doubted| doubted.contains(&file.name))
    }

    /// What changed since the last check; nothing where that is not known.
    pub(super) fn edits(&self) -> Option<&[Edit]> {
        self.edits.as_deref()
    }

    /// The sources that changed since the last check, where that is known.
    pub(super) fn changed(&self) -> FxHashSet<SourceId> {
        self.edits().into_iter().flatten().map(|edit| SourceId(edit.source)).collect()
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
        // A file that was asked for by its name may be a script, a program or a template.
        let is_beside = |edit: &Edit| {
            let name = &*self.files[edit.source as usize].0.name;
            Scripts::holds(name) || ![".yaml", ".yml", ".json"].iter().any(|ending| name.ends_with(ending))
        };
        if self.edits.as_deref().is_none_or(|edits| edits.iter().any(is_beside)) {
            self.beside = Beside::default();
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
