//! What the rules found in each set, known from the check before.
//!
//! In: what changed since then. Out: the findings of the sets that do not see the change: none of their files changed, nor any other
//! that a rule looked at for them, and what is asked of the repository as a whole has the same answers as before. Where that is not
//! sure, every set is looked through anew.

use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::{DocumentClass, classify::classify};
use crate::finding::Finding;
use crate::source::SourceId;
use crate::workspace::sets::SetId;
use crate::workspace::{ApplySet, Seen};

use super::Run;
use super::kept::Edit;
use super::load::Loaded;

/// By set, what the rules found.
pub(super) type InSets = FxHashMap<SetId, FoundIn>;

/// What the rules found in the sets of the last check.
#[derive(Default)]
pub(super) struct Known(Mutex<InSets>);

/// What the rules found in a set.
pub(super) struct FoundIn {
    pub findings: Vec<Finding>,
    /// The sources it depends on: those of the set, those looked at for it, and those that the findings point into.
    sources: FxHashSet<SourceId>,
}

impl FoundIn {
    /// Of a set with its sources, and what it looked at beyond them; this is asked for where the findings are to be kept.
    pub(super) fn new(findings: Vec<Finding>, mut sources: FxHashSet<SourceId>, seen: Option<&Seen>) -> Self {
        if let Some(seen) = seen {
            sources.extend(seen.sources());
            let related = findings.iter().flat_map(|finding| &finding.related).map(|label| label.span.source);
            let edits = findings.iter().flat_map(|finding| &finding.fix).flat_map(|fix| &fix.edits);
            sources.extend(edits.map(|edit| edit.span.source).chain(related));
            sources.extend(findings.iter().map(Finding::source));
        }
        Self { findings, sources }
    }
}

impl Known {
    /// Keeps what was found.
    pub(super) fn keep(&self, found: InSets) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }

    fn take(&self) -> InSets {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is still found in the sets that do not see what changed. Nothing is left of the others.
pub(super) fn still(run: &Run<'_>, whole: &ApplySet<'_>) -> InSets {
    let Some(kept) = run.kept else { return InSets::default() };
    let mut known = kept.known.take();
    if known.is_empty() || whole.is_shaped() {
        return InSets::default();
    }
    let Some(edits) = kept.edits().filter(|edits| edits.iter().all(|edit| hides(edit, run, whole))) else {
        return InSets::default();
    };
    let changed: FxHashSet<SourceId> = edits.iter().map(|edit| SourceId(edit.source)).collect();
    // What was built is built anew each time.
    let is_same = |source: &SourceId| (source.0 as usize) < run.files.len() && !changed.contains(source);
    known.retain(|_, found| found.sources.iter().all(is_same));
    known
}

/// Whether a change hides from all sets but those that the file is in.
fn hides(edit: &Edit, run: &Run<'_>, whole: &ApplySet<'_>) -> bool {
    let (Some(old), Some(new)) = (&edit.old, &edit.new) else { return false };
    let (before, after) = (&old.file.documents, &new.file.documents);
    !run.built.reads(SourceId(edit.source))
        && before.len() == after.len()
        && is_plain(old)
        && is_plain(new)
        && before.iter().zip(after.iter()).all(|(old, new)| whole.hides_change(old, new))
}

/// Whether a file holds objects, none of them broken or a patch.
fn is_plain(loaded: &Loaded) -> bool {
    loaded.looks.iter().all(|look| !look.broken && !look.directed)
        && loaded.file.documents.iter().all(|document| classify(document) == DocumentClass::Manifest)
}
