//! Messages on what is not there, where the repository was not read.
//!
//! In: all findings of a run that was given a part of a repository, or a text by itself. Out: the same, which speak of what was
//! read.

use crate::finding::Finding;

/// Speaks of what was read in place of the repository.
pub(super) fn of_what_was_read(findings: &mut [Finding]) {
    for finding in findings.iter_mut().filter(|finding| finding.message.contains(REPOSITORY)) {
        finding.message = finding.message.replace(REPOSITORY, READ);
    }
}

const REPOSITORY: &str = "in this repository";
const READ: &str = "in what was read";
