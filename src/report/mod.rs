//! The finished report, and its renderers.
//!
//! In: everything one run found. Out: [`Report`], which every renderer reads and none changes, and one renderer a file.

mod concise;
mod digest;
mod drawing;
mod excerpt;
mod format;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod line_hash;
mod markdown;
pub mod merge;
mod order;
mod page;
mod region;
mod sarif;
mod sarif_fix;
mod sarif_rule;
mod secrets;
mod style;
mod summary;
#[cfg(test)]
mod tests;
mod text;
mod wrap;

pub use format::Format;
pub use order::Sort;
pub use style::Options;
pub use summary::count;

use std::sync::Arc;

pub use crate::coverage::{Coverage, RenderState, RenderedSet, SkipReason, Skipped};
use crate::finding::{Finding, Severity, Wiring};
use crate::rule::Registry;
use crate::source::{SourceMap, Span};
use crate::version::VersionRange;

/// Everything one run has to say. Findings are sorted by file, position and rule.
#[derive(Debug)]
pub struct Report {
    /// The texts that findings point into.
    pub sources: SourceMap,
    /// The findings, suppressed ones included.
    pub findings: Vec<Finding>,
    /// Places of values that are not to be shown, sorted; none once they are hidden.
    pub secrets: Vec<Span>,
    /// What refers to what, where that was asked for.
    pub wiring: Vec<Wiring>,
    /// How much was checked.
    pub coverage: Coverage,
    /// The version checked for, or the versions.
    pub versions: VersionRange,
    /// What was left out because it is older than a revision.
    pub since: Option<Since>,
    /// Which part this is, of how many, where a tree is checked in parts.
    pub shard: Option<(usize, usize)>,
    /// The rules there are, with their documentation.
    pub registry: Arc<Registry>,
}

/// What a report on what is new since a revision leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// The revision, as the user named it.
    pub revision: String,
    /// Its commit.
    pub commit: String,
    /// Documents that are not as they were.
    pub changed: usize,
    /// Findings left out: on documents that are as they were, and found then already.
    pub older: usize,
}

impl Report {
    /// Findings that count: those not suppressed.
    pub fn active(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none())
    }

    /// Number of findings of a severity that count.
    pub fn count(&self, severity: Severity) -> usize {
        self.active().filter(|finding| finding.severity == severity).count()
    }

    /// Number of suppressed findings.
    pub fn suppressed(&self) -> usize {
        self.findings.iter().filter(|finding| finding.suppressed.is_some()).count()
    }

    /// The worst severity that counts.
    pub fn worst(&self) -> Option<Severity> {
        self.active().map(|finding| finding.severity).max()
    }
}

/// Where a rule is documented.
pub fn rule_url(rule: &str) -> String {
    format!("https://github.com/kubevet/kubevet/blob/main/docs/rules.md#{rule}")
}
