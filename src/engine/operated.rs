//! Findings on what is missing, where an operator that nobody knows may make it.
//!
//! In: all findings of a run, and its objects. Out: the same; a reference to a name that begins with that of a custom resource of
//! which nothing is known, or that the resource of an operator mentions, is a remark, and says why.

use crate::finding::{Finding, Missing, Severity};
use crate::workspace::ApplySet;

/// Takes references to what an operator may make for remarks.
pub(super) fn soften(findings: &mut [Finding], whole: &ApplySet<'_>) {
    for finding in findings.iter_mut().filter(|finding| finding.severity > Severity::Info) {
        let Some(Missing::Object { name, .. }) = &finding.missing else { continue };
        if whole.may_be_operated(name) || whole.is_hinted(name) {
            finding.severity = Severity::Info;
            finding.help.get_or_insert_default().push_str(MAYBE);
        }
    }
}

/// Put behind what a finding recommends.
const MAYBE: &str = "; an operator may create it for a custom resource that begins or mentions its name";
