//! What is said of objects that nobody seems to apply.
//!
//! In: test fixtures and recorded objects, set aside. Out: what would be an error of category `security` in them, as info: a
//! file is checked by its looks alone, and what is dangerous is not to go unseen.

use crate::coverage::SkipReason;
use crate::finding::{Category, Finding, Severity};
use crate::rule::run::{self, Plan};
use crate::workspace::{ApplySet, Item};

use super::Run;

/// The errors of the security rules, as info.
pub(super) fn security(run: &Run<'_>, unapplied: Vec<(Item<'_>, SkipReason)>) -> Vec<Finding> {
    let mut rules = run.rules.iter().filter(|enabled| enabled.rule.category == Category::Security).peekable();
    if unapplied.is_empty() || rules.peek().is_none() {
        return Vec::new();
    }
    let set = ApplySet::new(unapplied.into_iter().map(|(item, _)| item).collect());
    let mut findings = run::run(&Plan::new(rules, &set), &set, run.job.settings.versions);
    findings.retain(|finding| finding.severity == Severity::Error);
    for finding in &mut findings {
        finding.severity = Severity::Info;
        finding.message.push_str(", in a file that looks like a test fixture or an export");
    }
    findings
}
