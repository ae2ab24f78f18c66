//! Findings in files that nobody edits where they lie.
//!
//! In: all findings of a run. Out: the same, warnings about what was copied from elsewhere as remarks.

use crate::finding::{Finding, Severity};
use crate::workspace::ApplySet;

/// Takes warnings about files that nobody edits where they lie for remarks; the configuration may give them another severity.
pub(super) fn soften(findings: &mut [Finding], set: &ApplySet<'_>) {
    let milder = |finding: &&mut Finding| finding.severity == Severity::Warning && !finding.category.is_validity();
    for finding in findings.iter_mut().filter(milder) {
        if set.vendored(finding.source()).is_some() {
            finding.severity = Severity::Info;
        }
    }
}
