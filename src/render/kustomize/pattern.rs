//! Regular expressions that a text has to match as a whole.
//!
//! In: a regular expression of Go's kind. Out: [`Pattern`]. Most are names, in which at most a dot means more than itself: these
//! are compared letter by letter, since making a regular expression takes longer than all that it is held against.

use std::sync::OnceLock;

use regex::Regex;

use super::select::compile;

/// A regular expression that a text has to match as a whole.
pub enum Pattern {
    /// Letters that stand for themselves, dots for any character but a line break; what may follow.
    Name(String, Option<&'static End>),
    /// Any text on one line.
    Line,
    /// Anything else.
    Regex(Box<Regex>),
}

/// A regular expression for the end of a text.
pub struct End {
    text: &'static str,
    made: OnceLock<Option<Regex>>,
}

impl End {
    /// An end.
    pub const fn new(text: &'static str) -> Self {
        Self { text, made: OnceLock::new() }
    }

    fn fits(&self, text: &str) -> bool {
        let made = self.made.get_or_init(|| compile(&format!("^{}$", self.text)).ok());
        text.is_empty() || made.as_ref().is_some_and(|made| made.is_match(text))
    }
}

impl Pattern {
    /// A pattern.
    ///
    /// # Errors
    /// Why it is none.
    pub fn new(pattern: &str) -> Result<Self, String> {
        match pattern {
            ".*" => Ok(Self::Line),
            _ if is_name(pattern) => Ok(Self::Name(pattern.to_owned(), None)),
            _ => Ok(Self::Regex(Box::new(compile(&format!("^(?:{pattern})$"))?))),
        }
    }

    /// A pattern, behind which something may follow, be it nothing.
    ///
    /// # Errors
    /// Why it is none.
    pub fn with_end(pattern: &str, end: &'static End) -> Result<Self, String> {
        match is_name(pattern) {
            true => Ok(Self::Name(pattern.to_owned(), Some(end))),
            false => Ok(Self::Regex(Box::new(compile(&format!("^{pattern}{}$", end.text))?))),
        }
    }

    /// Whether a text matches.
    pub fn is_match(&self, text: &str) -> bool {
        match self {
            Self::Line => !text.contains('\n'),
            Self::Regex(regex) => regex.is_match(text),
            Self::Name(name, end) => {
                let mut rest = text.chars();
                let begins = name.chars().all(|letter| match rest.next() {
                    Some(c) => c == letter || letter == '.' && c != '\n',
                    None => false,
                });
                begins && end.map_or(rest.as_str().is_empty(), |end| end.fits(rest.as_str()))
            }
        }
    }
}

fn is_name(pattern: &str) -> bool {
    pattern.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    static END: End = End::new("(:[a-z]*)?");

    #[test]
    fn names_match_what_their_regular_expressions_match() {
        let texts =
            ["", "a", "a.b", "axb", "axbc", "xaxb", "a\nb", "aéb", "a.b:tag", "axb:", "a.b:1", "a.b\n", "A.b", "a|b"];
        for pattern in ["", "a", "a.b", ".", "a|b", ".*", "a/b-c_d", "a.*"] {
            let whole = compile(&format!("^(?:{pattern})$")).expect("it compiles");
            let ended = compile(&format!("^{pattern}(:[a-z]*)?$")).expect("it compiles");
            let own = Pattern::new(pattern).expect("a pattern");
            let own_ended = Pattern::with_end(pattern, &END).expect("a pattern");
            for text in texts {
                assert_eq!(own.is_match(text), whole.is_match(text), "{pattern} {text:?}");
                assert_eq!(own_ended.is_match(text), ended.is_match(text), "{pattern} with an end, {text:?}");
            }
        }
    }
}
