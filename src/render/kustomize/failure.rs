//! Why a build ends.
//!
//! In: what went wrong. Out: [`Failure`], with the place that names it as soon as one is known.

use std::fmt::Display;

use super::store::Store;
use crate::source::Span;

/// What went wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line that names it.
    pub span: Option<Span>,
    /// In plain words, without a final stop.
    pub message: String,
    /// What kind of failure it is.
    pub why: Why,
    /// The file that cannot be read, as it is referred to.
    pub missing: Option<String>,
}

/// Why something failed, for a build that goes on without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Why {
    /// kustomize refuses it.
    #[default]
    Refused,
    /// It is not here: on another machine, hidden by .gitignore, or made by a program that is not run.
    Absent,
    /// It speaks of an object that is not in the root.
    Unmatched,
    /// It asks for a field that an object of the root does not have.
    Unfilled,
    /// It would take more than it may.
    Limit,
}

impl Failure {
    /// The same at its place among the sources of a build.
    pub fn placed(self, store: &Store<'_>) -> Self {
        Self { span: self.span.map(|span| store.placed(span)), ..self }
    }
}

/// What a step of a build gives.
pub type BuildResult<T> = Result<T, Failure>;

/// A failure at a place.
pub fn at<T>(span: Span, message: impl Into<String>) -> BuildResult<T> {
    Err(Failure { span: Some(span), message: message.into(), why: Why::Refused, missing: None })
}

/// A failure whose place somebody further up knows.
pub fn somewhere<T>(message: impl Into<String>) -> BuildResult<T> {
    Err(Failure { span: None, message: message.into(), why: Why::Refused, missing: None })
}

/// A file that cannot be read.
pub fn unread<T>(path: &str, error: impl Display) -> BuildResult<T> {
    let message = format!("cannot read `{path}`: {error}");
    Err(Failure { span: None, message, why: Why::Refused, missing: Some(path.to_owned()) })
}

/// Adds what the step itself did not know.
pub trait Context<T> {
    /// The place, where none is known yet.
    fn or_at(self, span: Span) -> BuildResult<T>;
    /// That it is not here, or speaks of what is not.
    fn because(self, why: Why) -> BuildResult<T>;
    /// What was being done.
    fn while_doing(self, what: impl FnOnce() -> String) -> BuildResult<T>;
}

impl<T> Context<T> for BuildResult<T> {
    fn or_at(self, span: Span) -> BuildResult<T> {
        self.map_err(|failure| Failure { span: failure.span.or(Some(span)), ..failure })
    }

    fn because(self, why: Why) -> BuildResult<T> {
        self.map_err(|failure| Failure { why, ..failure })
    }

    fn while_doing(self, what: impl FnOnce() -> String) -> BuildResult<T> {
        self.map_err(|failure| Failure { message: format!("{}: {}", what(), failure.message), ..failure })
    }
}
