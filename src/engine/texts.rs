//! Texts of a run, those that were let go too.
//!
//! In: a run, a source. Out: the source with its text; one that was let go is read again, once for all that is asked of it in a
//! row.

use crate::source::{Source, SourceId};

use super::Run;

/// Nobody writes a template or a command in longer lines, and many findings may be on one line. In bytes.
pub(super) const LONGEST_LINE: usize = 1_000;

/// The texts. The last one that was read again is kept.
pub(super) struct Texts<'r> {
    run: &'r Run<'r>,
    again: Option<(SourceId, Option<Source>)>,
}

impl<'r> Texts<'r> {
    /// Nothing is read again yet.
    pub(super) fn new(run: &'r Run<'r>) -> Self {
        Self { run, again: None }
    }

    /// A source with its text; without, where it cannot be read any more.
    pub(super) fn get(&mut self, id: SourceId) -> &Source {
        let (sources, again) = (self.run.sources, self.run.again);
        if !again.is_gone(id) {
            return sources.get(id);
        }
        if self.again.as_ref().is_none_or(|(last, _)| *last != id) {
            self.again = Some((id, again.source(id)));
        }
        let read = self.again.as_ref().and_then(|(_, source)| source.as_ref());
        read.unwrap_or(sources.get(id))
    }
}

/// A line by its index, where it may be one of a template's.
pub(super) fn short_line(source: &Source, index: usize) -> &str {
    Some(source.line(index)).filter(|line| line.len() <= LONGEST_LINE).unwrap_or_default()
}
