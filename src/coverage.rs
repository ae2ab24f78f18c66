//! The coverage ledger.
//!
//! In: what the walk, the reader and the validators pass over, and what they check. Out: [`Coverage`], which every report
//! carries, so that nothing is ignored in silence.

use std::collections::BTreeMap;

use crate::escape;
use crate::source::SourceId;

/// Why a file (or a document in it) was not checked.
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
    /// Does not parse and holds placeholders of a template language, or one stands where the repository fills in a value.
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
    /// Part of a test: partial or wrong on purpose.
    TestFixture,
    /// An object as a cluster gave it out.
    Recorded,
    /// Configuration that a program reads and no API server serves.
    ToolConfiguration,
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
            SkipReason::TestFixture => "test-fixture",
            SkipReason::Recorded => "recorded",
            SkipReason::ToolConfiguration => "tool-configuration",
        }
    }
}

/// A file that was not checked, or not in full.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// As the user named it.
    pub file: String,
    /// The document that is meant, where it is not the whole file.
    pub document: Option<u32>,
    /// Why.
    pub reason: SkipReason,
    /// What the operating system said, for an unreadable file; the placeholder of a value; else empty.
    pub detail: String,
}

impl Skipped {
    /// A file that was passed over, with nothing more to say about it.
    pub fn new(file: &str, reason: SkipReason) -> Self {
        Self { file: file.to_owned(), document: None, reason, detail: String::new() }
    }

    /// Bounds the length of its detail, which may quote a value.
    pub fn bound(&mut self) {
        self.detail = escape::message(std::mem::take(&mut self.detail));
    }
}

/// How much was checked, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files read.
    pub files: usize,
    /// Their sources, in order.
    pub read: Vec<SourceId>,
    /// Documents in them.
    pub documents: usize,
    /// Kubernetes objects in these, items of Lists counted singly.
    pub objects: usize,
    /// Objects checked against a schema.
    pub validated: usize,
    /// Objects without a schema: apiVersion and kind to their number.
    pub no_schema: BTreeMap<(String, String), usize>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
    /// What became of the roots that are rendered before they are applied, by name.
    pub sets: Vec<RenderedSet>,
}

/// What became of a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RenderState {
    /// All of it was checked.
    Rendered,
    /// It was checked without what is absent.
    Partly,
    /// Its own tool refuses it: its files were checked as they are written.
    Failed,
}

impl RenderState {
    /// The name used in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            RenderState::Rendered => "rendered",
            RenderState::Partly => "partly",
            RenderState::Failed => "failed",
        }
    }
}

/// A root, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RenderedSet {
    /// Its folder.
    pub name: String,
    /// What became of it.
    pub state: RenderState,
    /// What is absent, or why it failed; else empty.
    pub detail: String,
    /// What it is: a kustomization, an Application ...
    pub what: &'static str,
}
