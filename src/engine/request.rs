//! What is asked.
//!
//! In: what the command line, a hook or a review asks for. Out: [`Request`]; and [`Job`], by which the stages know what one call
//! of the engine is about.

use std::sync::Arc;

use crate::progress::Progress;

use super::{Engine, Settings, Shard, Since, Snapshot};

/// What an [`Engine`] is to say of a [`Snapshot`]; validity alone, where nothing else is said.
#[derive(Default)]
pub struct Request {
    /// Check policy too, not validity alone.
    pub policy: bool,
    /// Objects come without a repository around them, as at admission: rules that need one do not run.
    pub alone: bool,
    /// Read the whole repository around the paths for what they refer to, and check the paths alone.
    pub repository: bool,
    /// A repository may lie around what is checked, and is not read: messages do not speak of it.
    pub apart: bool,
    /// Read what .gitignore hides.
    pub no_ignore: bool,
    /// Check also what nobody seems to apply: test fixtures, recorded objects, configuration of tools.
    pub strict_files: bool,
    /// Check a part of the tree alone.
    pub shard: Option<Shard>,
    /// Check one Application alone, by its name, with what it brings.
    pub argocd: Option<String>,
    /// Report only what is new since a revision.
    pub since: Option<Since>,
    /// The baseline is not to be held against the findings, but to be made anew of them.
    pub renew_baseline: bool,
    /// The date, as `YYYY-MM-DD`; entries of `ignore` that held until an earlier day do not.
    pub today: String,
    /// Note what refers to what.
    pub wiring: bool,
    /// Told how far the run has come.
    pub progress: Arc<Progress>,
}

impl Request {
    /// Validity and policy.
    pub fn policy() -> Self {
        Self { policy: true, ..Self::default() }
    }

    /// The same of objects that come alone.
    pub fn admission() -> Self {
        Self { alone: true, ..Self::policy() }
    }
}

/// One call of an engine.
#[derive(Clone, Copy)]
pub(super) struct Job<'j> {
    pub engine: &'j Engine,
    /// The engine's.
    pub settings: &'j Settings,
    pub snapshot: &'j Snapshot,
    pub request: &'j Request,
}
