//! What the rules found in each set, known from the check before.
//!
//! In: what changed since then. Out: the findings of the sets that do not see the change: none of their files changed, nor any other
//! that a rule looked at for them, and what is asked of the repository as a whole has the same answers as before. Where that is not
//! sure, every set is looked through anew.

use std::sync::{Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::finding::Finding;
use crate::source::SourceId;
use crate::workspace::Seen;
use crate::workspace::sets::SetId;

use super::Run;

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
pub(super) fn still(run: &Run<'_>) -> InSets {
    let Some(kept) = run.kept else { return InSets::default() };
    let mut known = kept.known.take();
    if kept.edits().is_none() || run.former.is_none() {
        return InSets::default();
    }
    let changed = kept.changed();
    known.retain(|_, found| found.sources.is_disjoint(&changed));
    known
}
