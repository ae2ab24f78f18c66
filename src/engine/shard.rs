//! A part of a tree, of several that are checked by themselves.
//!
//! In: what a walk found, and which part is asked for. Out: the same, with the files of the other parts read only to be referred
//! to. All roots are rendered and all sets are whole in each part; what is said belongs to the part that holds its file, so that
//! the reports of all parts are, merged, that of the whole.

use crate::discover::Walk;
use crate::finding::Finding;
use crate::source::SourceId;
use crate::workspace::Item;

use super::Job;

/// One part of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, counted from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// As `I/N`.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let (number, of) = (number.parse().ok()?, of.parse().ok()?);
        (1..=of).contains(&number).then_some(Self { number, of })
    }

    /// Leaves the files of the other parts unchecked. A part is a run of neighbours by name: these often belong together.
    pub(super) fn narrow(self, walk: &mut Walk) {
        let count = walk.files.iter().filter(|file| file.checked).count();
        let bound = |number: usize| (count as u128 * number as u128 / self.of as u128) as usize;
        let own = bound(self.number - 1)..bound(self.number);
        for (at, file) in walk.files.iter_mut().filter(|file| file.checked).enumerate() {
            file.checked = own.contains(&at);
        }
    }

    /// Whether the first part takes up what belongs to no file of the tree.
    fn takes_the_rest(self) -> bool {
        self.number == 1
    }
}

impl Job<'_> {
    /// Whether a file belongs to the part that is checked; `checked` says of the files of the walk whether they do.
    pub(super) fn holds(&self, source: SourceId, checked: &dyn Fn(SourceId) -> Option<bool>) -> bool {
        let Some(shard) = self.request.shard else { return true };
        checked(source).unwrap_or(shard.takes_the_rest())
    }

    /// Whether an object counts in the part that is checked: by the file that it comes from.
    pub(super) fn counts(&self, item: &Item<'_>, checked: &dyn Fn(SourceId) -> Option<bool>) -> bool {
        self.holds(item.object.root.span().source, checked)
    }

    /// Leaves out what is said of other parts.
    pub(super) fn leave_to_others(&self, findings: &mut Vec<Finding>, checked: &dyn Fn(SourceId) -> Option<bool>) {
        findings.retain(|finding| self.holds(finding.source(), checked));
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::discover::FoundFile;

    #[test]
    fn a_part_is_written_as_two_numbers() {
        assert_eq!(Shard::parse("2/3"), Some(Shard { number: 2, of: 3 }));
        for wrong in ["", "2", "0/3", "4/3", "1/0", "a/b", "1/2/3", "-1/2"] {
            assert_eq!(Shard::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn each_file_is_in_one_part() {
        for (files, of) in [(10, 3), (2, 5), (0, 2), (7, 1)] {
            let mut times = vec![0; files];
            for number in 1..=of {
                let file = |at: usize| FoundFile::asked(format!("{at:02}"), PathBuf::new(), false);
                let mut walk = Walk { files: (0..files).map(file).collect(), ..Walk::default() };
                Shard { number, of }.narrow(&mut walk);
                times.iter_mut().zip(&walk.files).for_each(|(times, file)| *times += usize::from(file.checked));
            }
            assert!(times.iter().all(|times| *times == 1), "{files} {of} {times:?}");
        }
    }
}
