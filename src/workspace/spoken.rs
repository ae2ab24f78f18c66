//! What the objects of a repository speak of, for the next time.
//!
//! In: an [`ApplySet`] that was asked. Out: [`Spoken`]: which names are used, and what may make objects, as far as that was collected; for
//! a set whose objects speak of the same, so that it need not be collected again.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::ApplySet;
use super::makers::Names;

/// What was collected.
#[derive(Debug, Clone, Default)]
pub struct Spoken {
    usage: Option<Arc<FxHashSet<Box<str>>>>,
    makers: Option<Arc<Names<'static>>>,
}

impl Spoken {
    /// What is known once a set was asked that began with this.
    pub fn or_of(&self, set: &ApplySet<'_>) -> Self {
        let makers = || set.makers.0.get().map(|names| Arc::new(names.to_kept()));
        Self { usage: set.usage.0.get().cloned(), makers: self.makers.clone().or_else(makers) }
    }

    /// Tells a set that was not asked yet.
    pub fn tell(&self, set: &ApplySet<'_>) {
        self.usage.iter().for_each(|usage| drop(set.usage.0.set(usage.clone())));
        self.makers.iter().for_each(|makers| drop(set.makers.0.set(makers.clone())));
    }
}
