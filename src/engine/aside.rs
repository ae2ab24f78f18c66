//! What is said of objects that nobody seems to apply.
//!
//! In: test fixtures and recorded objects, set aside. Out: what would be an error of category `security` in them, as info: a
//! file is checked by its looks alone, and what is dangerous is not to go unseen.

use crate::coverage::SkipReason;
use crate::finding::{Category, Finding, Severity};
use crate::rule::plan::Plan;
use crate::rule::run::{self, Enabled};
use crate::workspace::{ApplySet, Item};

use super::Run;

/// The errors of the security rules, as info.
pub(super) fn security(run: &Run<'_>, unapplied: Vec<(Item<'_>, SkipReason)>) -> Vec<Finding> {
    let is_one = |enabled: &Enabled| enabled.rule.category == Category::Security;
    if unapplied.is_empty() || !run.rules.iter().any(is_one) {
        return Vec::new();
    }
    let set = ApplySet::new(unapplied.into_iter().map(|(item, _)| item).collect());
    let plan = Plan::new(run.rules, &run.job.rules().by_kind, &set).only(is_one);
    let mut findings = run::run(&plan, &set, run.job.settings.versions);
    findings.retain(|finding| finding.severity == Severity::Error);
    for finding in &mut findings {
        finding.severity = Severity::Info;
        finding.message.push_str(", in a file that looks like a test fixture or an export");
    }
    findings
}
