//! `exclude`: files that are not read.
//!
//! In: patterns, as .gitignore has them. Out: whether a file is left out, and which of them matched nothing.

use std::sync::atomic::{AtomicBool, Ordering};

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
#[derive(Debug)]
pub struct Exclude {
    /// As written, in order.
    pub patterns: Vec<Pattern>,
    matcher: Gitignore,
    /// Which of them matched a file so far.
    used: Vec<AtomicBool>,
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
        let used = patterns.iter().map(|_| AtomicBool::new(false)).collect();
        Ok(Self { patterns, matcher, used })
    }

    /// Whether a file is left out; the last pattern that matches counts, and `!` takes files in again.
    pub fn leaves_out(&self, name: &str) -> bool {
        if name.starts_with('/') || name.starts_with("../") {
            return false; // it lies outside of the configuration's folder
        }
        let found = self.matcher.matched_path_or_any_parents(name, false);
        if let Some(glob) = found.inner() {
            let number = self.patterns.iter().rposition(|pattern| is_written_as(&pattern.text, glob.original()));
            number.into_iter().for_each(|number| self.used[number].store(true, Ordering::Relaxed));
        }
        found.is_ignore()
    }

    /// The patterns that matched no file.
    pub fn unused(&self) -> impl Iterator<Item = &Pattern> {
        let with = self.patterns.iter().zip(&self.used);
        with.filter(|(_, used)| !used.load(Ordering::Relaxed)).map(|(pattern, _)| pattern)
    }
}

/// Whether a pattern is the one that was handed on as a line.
fn is_written_as(text: &str, line: &str) -> bool {
    let text = text.trim_end();
    text.strip_prefix("./").map_or(text == line, |rest| line.strip_prefix('/') == Some(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exclude(patterns: &[&str]) -> Exclude {
        let pattern = |text: &&str| Pattern { text: (*text).to_owned(), span: Span::default() };
        Exclude::new(patterns.iter().map(pattern).collect()).expect("patterns")
    }

    fn left_out(patterns: &[&str], name: &str) -> bool {
        exclude(patterns).leaves_out(name)
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
            assert!(left_out(&[pattern], name), "{pattern}");
        }
        for (pattern, name) in [
            ("/b", "a/b/x.yaml"),
            ("a/b", "c/a/b/x.yaml"),
            ("b", "/b/x.yaml"),
            ("b", "../b/x.yaml"),
            ("b", "bb/x.yaml"),
        ] {
            assert!(!left_out(&[pattern], name), "{pattern}");
        }
        assert!(left_out(&["vendor", "!vendor/own"], "vendor/x.yaml"));
    }

    #[test]
    fn patterns_that_match_nothing_are_known() {
        let exclude = exclude(&["vendor", "!vendor", "./a", "gone"]);
        for name in ["vendor/x.yaml", "a/x.yaml", "b/x.yaml"] {
            exclude.leaves_out(name);
        }
        let unused: Vec<_> = exclude.unused().map(|pattern| pattern.text.as_str()).collect();
        assert_eq!(unused, ["vendor", "gone"], "`!vendor` takes back all that `vendor` leaves out");
    }
}
