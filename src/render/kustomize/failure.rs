//! Why a build ends.
//!
//! In: what went wrong. Out: [`Failure`], with the place that names it as soon as one is known.

use crate::source::Span;

/// What went wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The line that names it.
    pub span: Option<Span>,
    /// In plain words, without a final stop.
    pub message: String,
}

/// What a step of a build gives.
pub type Outcome<T> = Result<T, Failure>;

/// A failure at a place.
pub fn at<T>(span: Span, message: impl Into<String>) -> Outcome<T> {
    Err(Failure { span: Some(span), message: message.into() })
}

/// A failure whose place somebody further up knows.
pub fn somewhere<T>(message: impl Into<String>) -> Outcome<T> {
    Err(Failure { span: None, message: message.into() })
}

/// Adds what the step itself did not know.
pub trait Context<T> {
    /// The place, where none is known yet.
    fn or_at(self, span: Span) -> Outcome<T>;
    /// What was being done.
    fn while_doing(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T> Context<T> for Outcome<T> {
    fn or_at(self, span: Span) -> Outcome<T> {
        self.map_err(|failure| Failure { span: failure.span.or(Some(span)), ..failure })
    }

    fn while_doing(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|failure| Failure { message: format!("{}: {}", what(), failure.message), ..failure })
    }
}
