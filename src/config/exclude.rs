//! `exclude`: files that are not read.
//!
//! In: patterns, as .gitignore has them. Out: whether a file is left out, and by which of them.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::source::Span;

/// A pattern, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Its text.
    pub text: String,
    /// Its place in the configuration.
    pub span: Span,
}

/// The patterns of `exclude`.
#[derive(Debug, Clone)]
pub struct Exclude {
    /// As written, in order.
    pub patterns: Vec<Pattern>,
    matcher: Gitignore,
}

impl Exclude {
    /// Reads patterns.
    ///
    /// # Errors
    /// The number of a pattern that cannot be read, and why.
    pub fn new(patterns: Vec<Pattern>) -> Result<Self, (usize, String)> {
        let mut builder = GitignoreBuilder::new("");
        for (number, pattern) in patterns.iter().enumerate() {
            // `./a` is meant from here, as `/a` is.
            let line = pattern.text.strip_prefix("./").map_or(pattern.text.clone(), |rest| format!("/{rest}"));
            builder.add_line(None, &line).map_err(|error| (number, error.to_string()))?;
        }
        let matcher = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self { patterns, matcher })
    }

    /// Which pattern leaves a file out, by its number; the last one that matches counts, and `!` takes files in again.
    pub fn leaves_out(&self, name: &str) -> Option<usize> {
        if name.starts_with('/') || name.starts_with("../") {
            return None; // it lies outside of the configuration's folder
        }
        match self.matcher.matched_path_or_any_parents(name, false) {
            ignore::Match::Ignore(glob) => {
                let meant = |text: &str| {
                    text.strip_prefix("./")
                        .map_or(text == glob.original(), |rest| glob.original().strip_prefix('/') == Some(rest))
                };
                self.patterns.iter().rposition(|pattern| meant(pattern.text.trim_end()))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(patterns: &[&str], name: &str) -> Option<usize> {
        let pattern = |text: &&str| Pattern { text: (*text).to_owned(), span: Span::default() };
        Exclude::new(patterns.iter().map(pattern).collect()).expect("patterns").leaves_out(name)
    }

    #[test]
    fn patterns_are_read_as_gitignore_reads_them() {
        for (pattern, name) in [
            ("vendor", "a/vendor/x.yaml"),
            ("vendor/", "vendor/x.yaml"),
            ("./a/b", "a/b/x.yaml"),
            ("/a", "a/x.yaml"),
            ("x.yaml", "a/b/x.yaml"),
            ("a/b", "a/b/x.yaml"),
            ("**/b/**", "a/b/x.yaml"),
            ("*.tmp.yaml", "a/x.tmp.yaml"),
        ] {
            assert_eq!(left_out(&[pattern], name), Some(0), "{pattern}");
        }
        for (pattern, name) in [
            ("/b", "a/b/x.yaml"),
            ("a/b", "c/a/b/x.yaml"),
            ("b", "/b/x.yaml"),
            ("b", "../b/x.yaml"),
            ("b", "bb/x.yaml"),
        ] {
            assert_eq!(left_out(&[pattern], name), None, "{pattern}");
        }
        assert_eq!(left_out(&["vendor", "!vendor/own"], "vendor/x.yaml"), Some(0));
    }
}
