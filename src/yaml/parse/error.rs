//! Errors while parsing.
//!
//! In: a message and byte offsets. Out: a boxed error, so that the parser's results stay small; it becomes a
//! [`SyntaxError`] with spans once the source is known.

use crate::source::{Source, SourceId, Span};
use crate::yaml::SyntaxError;

/// An error on its way up.
pub(crate) type Fail = Box<Failure>;

/// What went wrong, in offsets.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    start: usize,
    end: usize,
    related: Option<(usize, usize, String)>,
}

/// An error at a range of bytes.
#[cold]
pub(crate) fn fail<T>(message: impl Into<String>, start: usize, end: usize) -> Result<T, Fail> {
    Err(Box::new(Failure { message: message.into(), start, end, related: None }))
}

/// Adds the second place of an error.
pub(crate) trait Because {
    /// Says what stands at a second place that explains the error.
    fn because(self, start: usize, end: usize, message: &str) -> Self;
}

impl<T> Because for Result<T, Fail> {
    fn because(self, start: usize, end: usize, message: &str) -> Self {
        self.map_err(|mut failure| {
            failure.related.get_or_insert((start, end, message.to_owned()));
            failure
        })
    }
}

impl Failure {
    /// The error with spans on whole characters inside the source.
    pub(crate) fn into_error(self, source: &Source) -> SyntaxError {
        SyntaxError {
            message: self.message,
            span: span(&source.text, source.id, self.start, self.end),
            related: self.related.map(|(start, end, text)| (span(&source.text, source.id, start, end), text)),
        }
    }
}

fn span(text: &str, id: SourceId, start: usize, end: usize) -> Span {
    let (mut start, mut end) = (start.min(text.len()), end.min(text.len()));
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::new(id, start, end.max(start))
}
