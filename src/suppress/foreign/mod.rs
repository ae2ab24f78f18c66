//! Suppressions written for other tools.
//!
//! In: annotations and comments in the forms of kube-linter, kube-score, polaris, checkov, trivy, kics, datree and semgrep.
//! Out: [`Foreign`]: which tool's check is not to be reported, where and why. A finding is covered where its rule says that it
//! stands for that check. One that names a check no rule stands for does nothing.

pub mod annotations;
pub mod comments;

use crate::finding::{Finding, RuleId};
use crate::rule::{Registry, peers};
use crate::source::Span;

/// One suppression meant for another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The tool, as rules name it.
    pub tool: &'static str,
    /// Its check; `*` stands for any text, alone for all its checks.
    pub check: String,
    /// What was given as reason.
    pub reason: String,
    /// The bytes it speaks of; nothing for the object that carries it.
    pub region: Option<Span>,
}

impl Foreign {
    fn on_object(tool: &'static str, check: &str, reason: &str) -> Self {
        Self { tool, check: check.trim().to_owned(), reason: reason.trim().to_owned(), region: None }
    }

    /// Whether it speaks of a finding's rule.
    pub fn covers(&self, finding: &Finding, registry: &Registry) -> bool {
        registry.find(&finding.rule).is_some_and(|rule| peers::stands_for(rule, self.tool, &self.check))
    }

    /// The rules that stand for its check.
    pub fn rules<'r>(&self, registry: &'r Registry) -> Vec<&'r RuleId> {
        let standing = registry.all().filter(|rule| peers::stands_for(rule, self.tool, &self.check));
        standing.map(|rule| &rule.id).collect()
    }

    /// Whether a finding's place lies where it speaks of.
    pub fn reaches(&self, finding: &Finding) -> bool {
        let at = finding.primary.span;
        self.region
            .is_some_and(|region| region.source == at.source && region.start <= at.start && at.start < region.end)
    }
}
