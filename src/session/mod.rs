//! Checking one tree again and again, as a program that lives on does.
//!
//! In: an engine, what is asked, and one snapshot after another with what changed in between. Out: for each the outcome that a run
//! over it would have, to the byte. Documents are kept by their files' names and contents: of files that did not change, nothing is
//! read, parsed or decoded again. Where a change hides from all but the sets that its file is in, neither the other sets are looked
//! through again, nor is anything that was worked out over all files; where that is not sure, all is. The configuration is the
//! engine's: one that changes takes a new session.

use crate::engine::{Changes, Engine, Kept, Outcome, Request, Since, Snapshot};

/// A tree that is checked again and again.
pub struct Session {
    engine: Engine,
    request: Request,
    kept: Kept,
}

impl Session {
    /// A session that has seen nothing yet.
    pub fn new(engine: Engine, request: Request) -> Self {
        Self { engine, request, kept: Kept::default() }
    }

    /// The engine that checks.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The day that it is by now, as `YYYY-MM-DD`.
    pub fn set_today(&mut self, today: String) {
        self.request.today = today;
    }

    /// Checks a snapshot, of which it is known how it differs from the last one.
    pub fn check(&mut self, snapshot: &Snapshot, changes: Changes<'_>) -> Outcome {
        self.request.since = self.request.since.take().map(Since::afresh);
        self.kept.expect(changes);
        self.engine.check_again(snapshot, &self.request, &mut self.kept)
    }
}

#[cfg(test)]
mod tests;
