//! The patterns that stand in one directory.
//!
//! In: lines of .gitignore and its like. Out: whether they hide something below the directory.
//!
//! Most patterns have no slash and look at the last name of a path alone; one with a slash reaches as deep as it has names,
//! unless it has `**`. So far below the directory the path itself does not matter, and trees a thousand folders deep with
//! patterns in each stay cheap.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};
use rustc_hash::FxHashMap;

/// Patterns, by the directory they stand in.
pub(super) struct Patterns {
    /// The directory, an absolute path.
    directory: PathBuf,
    depth: usize,
    lines: Arc<Lines>,
}

/// What lines make, wherever they stand.
pub(super) struct Lines {
    all: Gitignore,
    /// How far below the directory a pattern with a slash can match.
    reach: usize,
    /// The lines without a slash, and what they make.
    lines: Vec<String>,
    names: OnceLock<Gitignore>,
}

/// Lines that are known.
#[derive(Default)]
pub(super) struct Shared(FxHashMap<Vec<String>, Arc<Lines>>);

impl Shared {
    /// What lines make. One that git could not use either is passed over, as git does.
    ///
    /// # Errors
    /// Together they are more than can be matched.
    pub(super) fn get(&mut self, lines: Vec<String>) -> Result<Arc<Lines>, String> {
        if let Some(known) = self.0.get(&lines) {
            return Ok(known.clone());
        }
        let made = Arc::new(Lines::new(&lines)?);
        self.0.insert(lines, made.clone());
        Ok(made)
    }
}

impl Lines {
    fn new(lines: &[String]) -> Result<Self, String> {
        let all = build(lines)?;
        let reach = lines.iter().map(|line| reach(line)).max().unwrap_or(0);
        let lines = lines.iter().filter(|line| reach > 0 && self::reach(line) == 0).cloned().collect();
        Ok(Self { all, reach, lines, names: OnceLock::new() })
    }

    fn names(&self) -> &Gitignore {
        if self.reach == 0 {
            return &self.all;
        }
        self.names.get_or_init(|| build(&self.lines).unwrap_or_else(|_| Gitignore::empty()))
    }
}

impl Patterns {
    /// Lines that stand in a directory.
    pub(super) fn new(directory: &Path, lines: Arc<Lines>) -> Self {
        Self { directory: directory.to_owned(), depth: directory.components().count(), lines }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.all.is_empty()
    }

    /// What last names of paths with so many components are held against, where nothing else counts: the same for the same
    /// lines.
    pub(super) fn names_at(&self, depth: usize) -> Option<*const Lines> {
        (depth > self.depth + self.lines.reach).then(|| Arc::as_ptr(&self.lines))
    }

    /// What the last pattern that matches says of a path below the directory, whose number of components is `depth`.
    pub(super) fn matched(&self, path: &Path, depth: usize, directory: bool) -> Match<&Glob> {
        match path.file_name().map(Path::new) {
            Some(name) if self.names_at(depth).is_some() => self.lines.names().matched(name, directory),
            _ => self.lines.all.matched(path.strip_prefix(&self.directory).unwrap_or(path), directory),
        }
    }
}

fn build(lines: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        let _ = builder.add_line(None, line);
    }
    builder.build().map_err(|error| error.to_string())
}

/// How far below its directory a pattern with a slash can match; zero for one without, which matches at any depth.
fn reach(line: &str) -> usize {
    let pattern = line.trim_end();
    if pattern.starts_with('#') {
        return 0;
    }
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
    let inner = pattern.strip_suffix('/').unwrap_or(pattern);
    match inner.matches('/').count() {
        0 => 0,
        _ if inner.contains("**") => usize::MAX / 2,
        slashes => slashes + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reaches_as_deep_as_it_has_names() {
        for (line, far) in [("a", 0), ("*.yaml/", 0), ("# a/b", 0), ("/a", 2), ("!a/b/", 2), ("a/b/c", 3)] {
            assert_eq!(reach(line), far, "{line}");
        }
        assert!(reach("**/a") > 1000 && reach("a/**") > 1000);
    }

    #[test]
    fn far_below_names_alone_count_and_the_last_line_wins() {
        let lines = ["*.tmp.yaml", "/out/", "a/b.yaml", "!kept.tmp.yaml", "**/deep/*.yaml"];
        let with = |lines: &[&str]| {
            let lines = lines.iter().map(|line| (*line).to_owned()).collect();
            Patterns::new(Path::new("/r"), Shared::default().get(lines).expect("patterns"))
        };
        for patterns in [with(&lines[..4]), with(&lines)] {
            let is_ignored = |path: &str, directory: bool| {
                let path = Path::new(path);
                patterns.matched(path, path.components().count(), directory).is_ignore()
            };
            for (path, ignored) in [
                ("/r/x.tmp.yaml", true),
                ("/r/a/b/c/d/x.tmp.yaml", true),
                ("/r/a/b/c/d/kept.tmp.yaml", false),
                ("/r/a/b.yaml", true),
                ("/r/a/a/b.yaml", false),
            ] {
                assert_eq!(is_ignored(path, false), ignored, "{path}");
            }
            assert!(is_ignored("/r/out", true) && !is_ignored("/r/out", false) && !is_ignored("/r/a/b/c/out", true));
        }
        let path = Path::new("/r/a/b/c/deep/x.yaml");
        assert!(with(&lines).matched(path, 7, false).is_ignore());
    }
}
