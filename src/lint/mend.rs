//! Mending to a fixpoint.
//!
//! In: a job, and how far fixes may go. Out: the outcome after all fixes were carried out, again and again until nothing
//! changes, and the texts that changed. Nothing is written.

use std::collections::BTreeMap;

use crate::finding::Applicability;
use crate::fix;

use super::{Job, Outcome, run};

/// Fixes may uncover what others can mend; more rounds than this mean that two undo each other.
const MOST_ROUNDS: usize = 32;

/// What mending did.
pub struct Mended {
    /// The run over the mended texts.
    pub outcome: Outcome,
    /// Number of fixes carried out.
    pub fixes: usize,
    /// Texts before and after, by file.
    pub changes: BTreeMap<String, (String, String)>,
}

/// Runs the job and mends what it finds, in memory.
pub fn mend(mut job: Job, most: Applicability) -> Mended {
    let mut changes: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut fixes = 0;
    for _ in 0..MOST_ROUNDS {
        let outcome = run(&job);
        let round = fix::round(&outcome.report.findings, &outcome.report.sources, most);
        if round.fixes == 0 {
            return Mended { outcome, fixes, changes };
        }
        fixes += round.fixes;
        for (source, text) in round.texts {
            let source = outcome.report.sources.get(source);
            job.overlay.insert(source.name.clone(), text.clone().into_bytes());
            let before = source.text.to_string();
            changes.entry(source.name.clone()).or_insert((before, String::new())).1 = text;
        }
    }
    Mended { outcome: run(&job), fixes, changes }
}
