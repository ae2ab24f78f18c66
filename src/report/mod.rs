//! The finished report, and its renderers.
//!
//! In: everything one run found. Out: [`Report`], which every renderer reads and none changes, and one renderer a file.

mod concise;
mod excerpt;
mod format;
mod github;
mod gitlab;
mod json;
mod junit;
mod line_hash;
mod region;
mod sarif;
mod sarif_rule;
mod style;
mod summary;
#[cfg(test)]
mod tests;
mod text;

pub use format::Format;
pub use style::{Options, Painted};

use std::collections::BTreeMap;

use crate::finding::{Finding, Severity};
use crate::source::SourceMap;
use crate::version::VersionRange;

/// Why a file (or a document in it) was not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SkipReason {
    /// YAML that is no Kubernetes object.
    Other,
    /// Nothing in it.
    Empty,
    /// A template of a Helm chart.
    HelmTemplate,
    /// Values of a Helm chart.
    HelmValues,
    /// Does not parse and holds placeholders of a template language.
    Template,
    /// A patch that a kustomization applies.
    Patch,
    /// A kustomization itself.
    Kustomization,
    /// A workflow of a CI system.
    CiWorkflow,
    /// A compose file.
    Compose,
    /// Encrypted, by SOPS, git-crypt, Ansible Vault or age.
    Encrypted,
    /// Could not be opened or read.
    Unreadable,
    /// Hidden by .gitignore.
    Ignored,
    /// Larger than the bound.
    TooLarge,
}

impl SkipReason {
    /// The name used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            SkipReason::Other => "other",
            SkipReason::Empty => "empty",
            SkipReason::HelmTemplate => "helm-template",
            SkipReason::HelmValues => "helm-values",
            SkipReason::Template => "template",
            SkipReason::Patch => "patch",
            SkipReason::Kustomization => "kustomization",
            SkipReason::CiWorkflow => "ci-workflow",
            SkipReason::Compose => "compose",
            SkipReason::Encrypted => "encrypted",
            SkipReason::Unreadable => "unreadable",
            SkipReason::Ignored => "ignored",
            SkipReason::TooLarge => "too-large",
        }
    }
}

/// A file that was not judged, or not in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// As the user named it.
    pub file: String,
    /// Why.
    pub reason: SkipReason,
    /// What the operating system said, for an unreadable file; else empty.
    pub detail: String,
}

impl Skipped {
    /// A file that was passed over, with nothing more to say about it.
    pub fn new(file: &str, reason: SkipReason) -> Self {
        Self { file: file.to_owned(), reason, detail: String::new() }
    }
}

/// How much was judged, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files read.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Kubernetes objects in these, items of Lists counted singly.
    pub objects: usize,
    /// Objects judged against a schema.
    pub validated: usize,
    /// Objects without a schema: apiVersion and kind to their number.
    pub no_schema: BTreeMap<(String, String), usize>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
}

/// Everything one run has to say. Findings are sorted by file, position and rule.
#[derive(Debug)]
pub struct Report {
    /// The texts that findings point into.
    pub sources: SourceMap,
    /// The findings, suppressed ones included.
    pub findings: Vec<Finding>,
    /// How much was judged.
    pub coverage: Coverage,
    /// The version judged for, or the versions.
    pub versions: VersionRange,
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
