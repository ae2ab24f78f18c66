//! What goes wrong while a template runs.
//!
//! In: a reason and the node it happened at. Out: [`Fault`], what a function says, and [`Failure`], the same with its
//! place, in the words of Go's text/template.

use crate::source::Span;

use super::node::{Place, Template};

/// Why a function gives no value.
#[derive(Debug)]
pub enum Fault {
    /// In Go's words.
    Said(String),
    /// `fail` and `required`: the author's own words.
    Asked(String),
    /// A template that it ran failed; with words to put before.
    Inner(String, Box<Failure>),
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self::Said(message)
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Self::Said(message.to_owned())
    }
}

/// Why a template gives no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The whole message.
    pub message: String,
    /// What went wrong at the innermost place, without the way there.
    pub reason: String,
    /// The innermost place in a file.
    pub span: Option<Span>,
    /// The name, line and column of the outermost place.
    pub location: String,
    /// The words of `fail` or `required`, where one of them spoke.
    pub asked: Option<String>,
}

/// The bytes of a place, where its text is a file.
pub fn span(template: &Template, place: Place) -> Option<Span> {
    let source = template.unit.source?;
    Some(Span { source, start: place.start, end: place.end })
}

/// How far into its text Go says that a word is: of fields in a row, at the first that was put to what stands before.
fn named_at(word: &str) -> usize {
    let Some(fields) = word.strip_prefix(['.', '$']) else { return 0 };
    let is_row = fields.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    fields.find('.').filter(|_| is_row).map_or(0, |at| at + 1)
}

/// The text of a place.
fn said(template: &Template, place: Place) -> &str {
    template.unit.text.get(place.start as usize..place.end as usize).unwrap_or("")
}

/// `name:line:column` as Go counts: lines from 1, columns in bytes from 0.
pub fn location(template: &Template, place: Place) -> String {
    let at = place.start as usize + named_at(said(template, place));
    let text = &template.unit.text[..at.min(template.unit.text.len())];
    let line = 1 + memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let column = text.len() - text.rfind('\n').map_or(0, |at| at + 1);
    format!("{}:{line}:{column}", template.unit.name)
}

/// Longest message that further places are put before.
const LONGEST: usize = 4000;

impl Failure {
    /// A failure at a place of a template.
    pub fn at(template: &Template, place: Place, fault: Fault, calling: Option<&str>) -> Box<Self> {
        Self::in_context(template, place, said(template, place), fault, calling)
    }

    /// A failure at a place of which messages show another text.
    pub fn in_context(
        template: &Template,
        place: Place,
        context: &str,
        fault: Fault,
        calling: Option<&str>,
    ) -> Box<Self> {
        let location = location(template, place);
        let intro = calling.map_or(String::new(), |name| format!("error calling {name}: "));
        let (said, inner) = match fault {
            Fault::Said(said) => (said, None),
            Fault::Asked(words) => {
                let message = words.clone();
                return Box::new(Self {
                    message: format!("execution error at ({location}): {message}"),
                    reason: words.clone(),
                    span: span(template, place),
                    location,
                    asked: Some(words),
                });
            }
            // A long way there tells no more than the beginning of it.
            Fault::Inner(_, inner) if inner.message.len() > LONGEST => (inner.reason.clone(), Some(inner)),
            Fault::Inner(intro, inner) => (format!("{intro}{}", inner.message), Some(inner)),
        };
        let message = format!("template: {location}: executing {:?} at <{context}>: {intro}{said}", &*template.name);
        match inner {
            Some(inner) if inner.asked.is_some() => Box::new(Self {
                message: format!("execution error at ({location}): {}", inner.reason),
                location,
                span: inner.span.or(span(template, place)),
                ..*inner
            }),
            Some(inner) => Box::new(Self { message, location, span: inner.span.or(span(template, place)), ..*inner }),
            None => Box::new(Self {
                message,
                reason: format!("{intro}{said}"),
                span: span(template, place),
                location,
                asked: None,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::named_at;

    #[test]
    fn fields_in_a_row_are_where_go_says_that_they_are() {
        for (word, at) in [
            (".Values.a.b", 7),
            (".path", 0),
            (".", 0),
            ("$", 0),
            ("$.Values.a", 1),
            ("$item.name", 5),
            ("(f .x).a.b", 0),
            ("(f .x)", 0),
            ("include \"a.b\" .", 0),
            (".Values.a | quote", 0),
            ("5.3", 0),
            ("", 0),
        ] {
            assert_eq!(named_at(word), at, "{word}");
        }
    }
}
