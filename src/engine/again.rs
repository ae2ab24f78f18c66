//! Reading again what was let go.
//!
//! In: the files of a run, and what is known of those whose text was let go. Out: a file's text and documents as they were; a
//! file that is another one by now is named as a failure.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::discover::FoundFile;
use crate::files::Files;
use crate::finding::Finding;
use crate::source::{Source, SourceId, SourceMap};
use crate::yaml::{self, Document, Limits};

use super::keep::digest;
use super::load::bytes;

/// What can be read again.
pub(super) struct Again<'a> {
    /// The files, by their sources' ids.
    pub found: &'a [FoundFile],
    pub files: &'a dyn Files,
    /// By which each text is known again, where it was let go.
    pub digests: Vec<Option<u64>>,
    /// Those that are not what they were.
    pub changed: Mutex<BTreeSet<String>>,
}

impl Again<'_> {
    /// By which the text of a source is known again; nothing where it was not let go.
    pub(super) fn digest(&self, source: SourceId) -> Option<u64> {
        self.digests.get(source.0 as usize).copied().flatten()
    }

    /// A source's file, as the walk names it.
    pub(super) fn name(&self, source: SourceId) -> &str {
        self.found.get(source.0 as usize).map_or("", |file| file.name.as_str())
    }

    /// The folder that it lies in.
    pub(super) fn folder(&self, source: SourceId) -> &str {
        self.name(source).rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether the text of a source was let go.
    pub(super) fn is_gone(&self, source: SourceId) -> bool {
        self.digest(source).is_some()
    }

    /// The source as it was.
    pub(super) fn source(&self, id: SourceId) -> Option<Source> {
        let file = self.found.get(id.0 as usize)?;
        let text = bytes(file, self.files).ok();
        let source = text.map(|bytes| Source::from_bytes(id, file.name.clone(), bytes).as_clients_read());
        let same = source.filter(|source| Some(digest(&source.text)) == self.digest(id));
        if same.is_none() {
            self.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(file.name.clone());
        }
        same
    }

    /// The source's documents as they were.
    pub(super) fn documents(&self, id: SourceId) -> Vec<Document> {
        self.source(id).map(|source| yaml::read(&source, &Limits::default())).unwrap_or_default()
    }

    /// Puts the texts back that findings point into.
    pub(super) fn restore(&self, findings: &[Finding], sources: &mut SourceMap) {
        let wanted: BTreeSet<_> = findings.iter().flat_map(places).filter(|source| self.is_gone(*source)).collect();
        let texts: Vec<_> = wanted.into_par_iter().filter_map(|id| self.source(id)).collect();
        texts.into_iter().for_each(|source| sources.put(source));
    }

    /// Messages about the files that are not what they were.
    pub(super) fn failures(&self) -> Vec<String> {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.iter().map(|name| format!("{name}: changed while it was being checked")).collect()
    }
}

/// The sources that a finding points into.
fn places(finding: &Finding) -> impl Iterator<Item = SourceId> {
    let related = finding.related.iter().map(|label| label.span.source);
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span.source);
    std::iter::once(finding.source()).chain(related).chain(edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    #[test]
    fn a_file_that_is_another_one_by_now_is_named() {
        let file = |name: &str| FoundFile::asked(name.into(), name.into(), false);
        let memory: Memory = [("a.yaml", "a: 1\n"), ("b.yaml", "a: 1\n")].into_iter().collect();
        let (found, digests) = ([file("a.yaml"), file("b.yaml")], vec![Some(digest("a: 1\n")), Some(digest("a: 2\n"))]);
        let again = Again { found: &found, files: &memory, digests, changed: Mutex::default() };
        assert_eq!(again.documents(SourceId(0)).len(), 1);
        assert!(again.documents(SourceId(1)).is_empty() && again.is_gone(SourceId(1)) && !again.is_gone(SourceId(2)));
        assert_eq!(again.failures(), ["b.yaml: changed while it was being checked"]);
    }
}
