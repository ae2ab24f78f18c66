//! What is not to count.
//!
//! In: findings, the documents they are about (with suppressions of ours and, if wanted, of other tools), the configuration
//! and a baseline. Out: the same findings, those suppressed
//! marked with what did it and why; and findings about suppressions themselves: unused, expired, wrong.

pub mod annotation;
pub mod baseline;
pub mod comment;
pub mod config;
pub mod foreign;
mod inline;
mod outline;
pub mod stage;

pub use stage::Stage;

use self::baseline::BaselineEntry;

use crate::finding::{Category, Finding, Severity, Suppression};
use crate::source::Span;

/// Which rules a suppression speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSelectors(pub Vec<String>);

impl RuleSelectors {
    /// Whether a finding's rule or category is among them. An empty list means all.
    pub fn cover(&self, finding: &Finding) -> bool {
        Self::cover_by(&self.0, finding)
    }

    /// The same for a list of them.
    pub fn cover_by(rules: &[String], finding: &Finding) -> bool {
        rules.is_empty() || rules.iter().any(|name| finding.rule == **name || name == finding.category.as_str())
    }
}

/// Marks a finding, unless something did before.
pub(crate) fn mark(finding: &mut Finding, by: &'static str, reason: &str) {
    if finding.suppressed.is_none() {
        finding.suppressed = Some(Suppression { by, reason: reason.to_owned() });
    }
}

/// Findings about suppressions cannot be suppressed by what they are about.
pub(crate) fn is_about_suppression(finding: &Finding) -> bool {
    matches!(finding.rule.as_str(), "unused-suppression" | "expired-suppression" | "invalid-suppression")
}

pub(crate) fn unused(what: &str, span: Span) -> Finding {
    let message = format!("{what} suppresses nothing");
    Finding::new("unused-suppression", Category::Hygiene, Severity::Warning, message, span)
        .help("remove it, so that it does not hide the next finding of its kind")
}

pub(crate) fn expired(until: &str, span: Span) -> Finding {
    let message = format!("this entry of `ignore` expired after {until}");
    Finding::new("expired-suppression", Category::Hygiene, Severity::Warning, message, span)
        .help("fix what it hides, or set a later date")
}

/// Sets that a message names.
const MOST_SETS: usize = 3;

pub(crate) fn stale(known: &BaselineEntry, left: usize, span: Span) -> Finding {
    let (rule, file) = (&known.rule, &known.file);
    let sets = known.sets.iter().take(MOST_SETS).map(|set| format!("`{set}`"));
    let sets = sets.collect::<Vec<_>>().join(", ");
    let of = if sets.is_empty() { String::new() } else { format!(" (of {sets})") };
    let message = match known.count - left {
        0 => format!("`{rule}` in {file}{of} no longer occurs"),
        there => format!("`{rule}` in {file}{of} occurs {there} of {} times", known.count),
    };
    Finding::new("unused-suppression", Category::Hygiene, Severity::Warning, message, span)
        .help("update the baseline with --write-baseline, so that it does not hide the finding when it comes back")
}

pub(crate) fn invalid(message: impl Into<String>, span: Span) -> Finding {
    Finding::new("invalid-suppression", Category::Hygiene, Severity::Warning, message, span)
}
