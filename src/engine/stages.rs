//! What was worked out over all files, kept for the next check.
//!
//! In: what a check made of its files, and how some of them changed since then. Out: the same again, where the change hides: which
//! objects there are, what they are called, and how they lie in the repository is as before, so that nothing of this is found out
//! anew. Of a file that changed, only what stands in it is.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::discover::bundles::{Bundles, Versions};
use crate::discover::restriction::LIFTED;
use crate::discover::{DocumentClass, Survey};
use crate::finding::folder_of;
use crate::source::{Source, SourceId, SourceMap};
use crate::workspace::{ApplySet, Layout, Named, ReadFile, Sets, Spoken};

use super::Run;
use super::built::Built;
use super::kept::Edit;
use super::load::Loaded;
use super::look::{Verdict, is_directed};
use super::sorted::SortedFiles;

/// What a change may hide from.
pub(super) struct Stages {
    pub survey: Arc<Survey>,
    pub built: Arc<Built>,
    /// The sources that roots are made of and that are none of the files, or were not read as such.
    pub added: Vec<Arc<Source>>,
    pub common: Common,
}

/// The part of it that is worked out over all objects.
pub(super) struct Common {
    pub sets: Arc<Sets>,
    /// What was sorted of each file.
    pub sorted: SortedFiles,
    pub layout: Arc<Layout>,
    /// What is said of objects whose kinds other documents define, by their numbers, sorted.
    pub verdicts: Vec<(usize, Verdict)>,
    named: Arc<Named>,
    pub spoken: Spoken,
    /// What the names of the sources alone tell.
    pub of_names: Arc<OfNames>,
    /// How many objects there are.
    pub objects: usize,
}

/// What the names of the sources of a run tell, found out at the first need.
#[derive(Default)]
pub(super) struct OfNames {
    pub bundles: OnceLock<Bundles>,
    pub versions: OnceLock<Versions>,
    /// No folder beside `test` is named like an environment.
    pub lonely: OnceLock<bool>,
    folders: OnceLock<FxHashMap<Box<str>, Vec<SourceId>>>,
    by_name: OnceLock<FxHashMap<Box<str>, SourceId>>,
}

impl OfNames {
    /// The files of a folder, in their order.
    pub(super) fn in_folder(&self, folder: &str, run: &Run<'_>) -> &[SourceId] {
        let folders = self.folders.get_or_init(|| {
            let folder = |file: &ReadFile| folder_of(&run.sources.get(file.source).name);
            let mut folders: FxHashMap<Box<str>, Vec<SourceId>> = FxHashMap::default();
            // Files of one folder mostly come one after the other.
            for files in run.files.chunk_by(|one, other| folder(one) == folder(other)) {
                folders.entry(folder(&files[0]).into()).or_default().extend(files.iter().map(|file| file.source));
            }
            folders
        });
        folders.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The file of a name.
    pub(super) fn file(&self, name: &str, run: &Run<'_>) -> Option<SourceId> {
        let sources = || run.files.iter().map(|file| run.sources.get(file.source));
        let by_name = || sources().map(|source| (source.name.as_str().into(), source.id)).collect();
        self.by_name.get_or_init(by_name).get(name).copied()
    }
}

impl Run<'_> {
    /// What is kept of a run over all objects; nothing where nobody keeps it, or where any text may decide about objects elsewhere.
    pub(super) fn common(
        &self,
        whole: &ApplySet<'_>,
        sets: Arc<Sets>,
        verdicts: Vec<(usize, Verdict)>,
        sorted: SortedFiles,
    ) -> Option<Common> {
        self.kept?;
        let named = match self.former {
            Some(former) => former.common.named.clone(),
            None if whole.is_shaped() => return None,
            None => Arc::new(Named::of(whole)),
        };
        let spoken = self.former.map(|former| former.common.spoken.clone()).unwrap_or_default().or_of(whole);
        let (layout, of_names, objects) = (whole.layout.clone(), self.of_names.clone(), whole.items().len());
        Some(Common { sets, sorted, layout, verdicts, named, spoken, of_names, objects })
    }
}

impl Stages {
    /// The roots, with the sources put back that they are made of.
    pub(super) fn roots(&self, sources: &mut SourceMap) -> Arc<Built> {
        for source in &self.added {
            match source.id == sources.next_id() {
                true => sources.push(source.clone()),
                false => sources.put(source.clone()),
            }
        }
        self.built.clone()
    }

    /// Whether a change hides from all sets but those that the file is in.
    pub(super) fn hide(&self, edit: &Edit) -> bool {
        let (Some(old), Some(new)) = (&edit.old, &edit.new) else { return false };
        let (before, after) = (&old.file.documents, &new.file.documents);
        !self.built.reads(SourceId(edit.source))
            && self.survey.skip_file(edit.source as usize, &new.source.name).is_none()
            && before.len() == after.len()
            && self.is_plain(old)
            && self.is_plain(new)
            && before.iter().zip(after.iter()).all(|(old, new)| self.common.named.hide_change(old, new))
    }

    /// Whether a file holds objects, none of them broken or a patch, and nothing for other tools.
    fn is_plain(&self, loaded: &Loaded) -> bool {
        let Source { name, text, .. } = &*loaded.source;
        let is_manifest = |document| self.survey.classify(name, document) == DocumentClass::Manifest;
        loaded.looks.iter().all(|look| !look.broken)
            && !is_directed(text)
            && !text.contains(LIFTED)
            && loaded.file.documents.iter().all(is_manifest)
    }
}

/// The sources of a map that were not there before, or not so.
pub(super) fn added(sources: &SourceMap, before: &SourceMap) -> Vec<Arc<Source>> {
    let is_known = |source: &&Arc<Source>| before.holds(source);
    sources.shared().filter(|source| !is_known(source)).cloned().collect()
}
