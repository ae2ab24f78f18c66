//! How far a run has come.
//!
//! In: steps, counted by whatever works, on any thread. Out: [`Progress::now`], for somebody who looks on from another
//! thread. Nothing is shown here.

use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// What a run is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Looking for files.
    Walking,
    /// Reading files.
    Reading,
    /// Checking objects by schema and API.
    Checking,
    /// Running rules.
    Rules,
}

impl Stage {
    const ALL: [Stage; 4] = [Stage::Walking, Stage::Reading, Stage::Checking, Stage::Rules];
}

/// Counters of one run.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Progress {
    /// A stage begins, with so many steps; 0 where that is not known.
    pub fn start(&self, stage: Stage, total: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.stage.store(stage as u8, Ordering::Relaxed);
    }

    /// One step is done.
    pub fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// The stage, the steps done and their number.
    pub fn now(&self) -> (Stage, usize, usize) {
        let stage = Stage::ALL[usize::from(self.stage.load(Ordering::Relaxed)).min(Stage::ALL.len() - 1)];
        (stage, self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_starts_from_nothing() {
        let progress = Progress::default();
        assert_eq!(progress.now(), (Stage::Walking, 0, 0));
        progress.start(Stage::Checking, 2);
        progress.step();
        assert_eq!(progress.now(), (Stage::Checking, 1, 2));
        progress.start(Stage::Rules, 0);
        assert_eq!(progress.now(), (Stage::Rules, 0, 0));
    }
}
