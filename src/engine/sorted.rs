//! What sorting made of files, kept for the next check.
//!
//! In: what was sorted of one file, and what is told of it ([`Told`]). Out: [`SortedFile`], which borrows nothing: while neither the file nor anything that decides about it
//! changes, its part is taken up from there instead of being sorted again.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::coverage::{SkipReason, Skipped};
use crate::discover::Survey;
use crate::finding::Finding;
use crate::source::{Source, SourceId, SourceMap};
use crate::workspace::{Item, Mark, ReadFile, Surroundings, Texts};
use crate::yaml::Tree;

use super::built::Built;
use super::look::{Look, Verdict};
use super::rest::Rest;
use super::sorter::Sorter;

/// What there is to tell of documents beside the objects in them.
#[derive(Default, Clone)]
pub(super) struct Told {
    /// The number of files, and of documents in them.
    pub files: usize,
    pub documents: usize,
    /// The sources that were read.
    pub read: Vec<SourceId>,
    pub skipped: Vec<Skipped>,
    pub findings: Vec<Finding>,
    /// What is said of each item by itself.
    pub verdicts: Vec<Said>,
    /// What rules said of parts that are gone.
    pub rest: Rest,
    /// What was not read of files that are not checked, since they are templates.
    pub templates: Vec<Skipped>,
}

/// What is said of an object by itself.
#[derive(Debug, Clone)]
pub(super) struct Said {
    /// Nothing where it is not checked.
    pub verdict: Option<Verdict>,
    /// Its number among the objects of its document.
    pub number: usize,
}

impl Told {
    pub(super) fn append(&mut self, other: Self) {
        self.files += other.files;
        self.documents += other.documents;
        self.read.extend(other.read);
        self.skipped.extend(other.skipped);
        self.findings.extend(other.findings);
        self.verdicts.extend(other.verdicts);
        self.rest.append(other.rest);
        self.templates.extend(other.templates);
    }

    /// The same, of what is told elsewhere as well. Of most files there is little.
    fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.documents += other.documents;
        self.read.extend_from_slice(&other.read);
        self.skipped.extend_from_slice(&other.skipped);
        self.findings.extend_from_slice(&other.findings);
        self.verdicts.extend_from_slice(&other.verdicts);
        self.templates.extend_from_slice(&other.templates);
        if !other.rest.is_empty() {
            self.rest.append(other.rest.clone());
        }
    }
}

/// The files of a run, each with what was sorted of it.
pub(super) type SortedFiles = Vec<Arc<SortedFile>>;

/// What was sorted of one file.
pub(super) struct SortedFile {
    told: Told,
    items: Vec<Mark>,
    unapplied: Vec<(Mark, SkipReason)>,
    /// What lies around the file, where it is anything of its own.
    around: Option<Arc<Surroundings>>,
}

impl SortedFile {
    /// Out of what was sorted of a file alone.
    pub(super) fn of(part: &Sorter<'_>, source: &Source, survey: &Survey, texts: &mut Texts) -> Self {
        let mut mark = |item: &Item<'_>| Mark::of(item, texts);
        let items = part.items.iter().map(&mut mark).collect();
        let unapplied = part.unapplied.iter().map(|(item, reason)| (mark(item), *reason)).collect();
        Self { told: part.told.clone(), items, unapplied, around: survey.own_surroundings(&source.name).cloned() }
    }

    /// Adds it to what is sorted of others.
    fn add_to<'t>(&'t self, all: &mut Sorter<'t>, file: &'t ReadFile) {
        all.told.add(&self.told);
        let around = self.around.as_deref().unwrap_or(all.survey.no_surroundings());
        let item = |mark: &'t Mark| Some(mark.item(tree(file, mark.document)?, file.source, around));
        all.items.extend(self.items.iter().filter_map(item));
        all.unapplied.extend(self.unapplied.iter().filter_map(|(mark, reason)| Some((item(mark)?, *reason))));
    }
}

fn tree(file: &ReadFile, document: u32) -> Option<&Tree> {
    file.documents.get(document as usize)?.tree.as_ref().ok()
}

/// Sorts the files that changed, and takes up the others from the check before; what was sorted of each is kept.
pub(super) fn sort_again<'t>(
    (files, looks): (&'t [ReadFile], &[Arc<Vec<Look>>]),
    sources: &SourceMap,
    (survey, built): (&'t Survey, &'t Built),
    former: &'t SortedFiles,
    changed: &FxHashSet<SourceId>,
) -> (Sorter<'t>, SortedFiles) {
    let (mut all, mut kept, mut texts) = (Sorter::new(survey, built), former.clone(), Texts::default());
    // They grow to a few megabytes, which is a lot to move.
    let items = former.iter().map(|file| file.items.len()).sum();
    all.items.reserve(items);
    all.told.verdicts.reserve(items);
    for (index, (file, own)) in files.iter().zip(former).enumerate() {
        if !changed.contains(&file.source) {
            own.add_to(&mut all, file);
            continue;
        }
        let (mut part, source) = (Sorter::new(survey, built), sources.get(file.source));
        part.file(index, file, looks[index].to_vec(), source);
        kept[index] = Arc::new(SortedFile::of(&part, source, survey, &mut texts));
        all = all.join(part);
    }
    (all, kept)
}
