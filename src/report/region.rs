//! Places as other programs want them.
//!
//! In: spans and sources. Out: lines and columns from 1, on one line, and paths as URI references.

use crate::files::name;
use crate::source::{Source, Span};

/// A stretch of one line: lines and columns from 1, columns in characters, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// One past the last column; always beyond `column`.
    pub end_column: usize,
}

impl Region {
    /// The first line of a span. Code scanning shows a finding in a pull request only where every line of it was
    /// touched, so a finding on a whole object is put on its first line.
    pub fn first_line(source: &Source, span: Span) -> Self {
        let (start, end) = (source.position(span.start), source.position(span.end));
        let end_column =
            if end.line == start.line { end.column } else { source.line(start.line - 1).chars().count() + 1 };
        Self { line: start.line, column: start.column, end_column: end_column.max(start.column + 1) }
    }
}

/// A path as a relative URI reference: percent-encoded, without leading slashes and steps upwards.
pub fn uri(name: &str) -> String {
    let mut rest = name.trim_start_matches('/');
    while let Some(below) = rest.strip_prefix("../").or_else(|| rest.strip_prefix("./")) {
        rest = below.trim_start_matches('/');
    }
    name::percent_encoded(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    #[test]
    fn paths_become_uri_references() {
        for (path, expected) in [
            ("a/b.yaml", "a/b.yaml"),
            ("../../x y/ä#1.yaml", "x%20y/%C3%A4%231.yaml"),
            ("/tmp/a.yaml", "tmp/a.yaml"),
            ("<stdin>", "%3Cstdin%3E"),
            ("c:/a.yaml", "c%3A/a.yaml"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }

    #[test]
    fn a_region_covers_something_on_one_line() {
        let source = Source::from_text(SourceId(0), "a", "ab: 1\ncd: 2\n");
        let region = |start, end| Region::first_line(&source, Span::new(SourceId(0), start, end));
        assert_eq!(region(4, 10), Region { line: 1, column: 5, end_column: 6 });
        assert_eq!(region(6, 6), Region { line: 2, column: 1, end_column: 2 });
        assert_eq!(region(12, 12), Region { line: 3, column: 1, end_column: 2 });
    }
}
