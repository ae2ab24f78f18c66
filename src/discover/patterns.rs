//! The patterns that stand in one directory.
//!
//! In: lines of .gitignore and its like. Out: whether they hide something below the directory.
//!
//! Most patterns have no slash and look at the last name of a path alone, or at the last few (`**/a/b`); one with another slash
//! reaches as deep as it has names, unless it has `**` elsewhere. So far below the directory the path itself does not matter, and
//! trees a thousand folders deep with patterns in each stay cheap.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, Glob};
use rustc_hash::FxHashMap;

use super::hint::Hint;

/// Patterns, by the directory they stand in.
pub(super) struct Patterns {
    /// Components of the directory's absolute path.
    depth: usize,
    lines: Arc<Lines>,
}

/// What lines make, wherever they stand.
pub(super) struct Lines {
    /// Those that may match below any folder.
    all: Ordered,
    /// Those that match below one folder beside them alone (`/build/**/*.yaml`), by its name.
    below: FxHashMap<String, Ordered>,
    /// How far below the directory a pattern with a slash can match.
    reach: usize,
    /// How many of the last names of a path the other patterns look at.
    tail: usize,
    /// Those other lines, and what they make.
    lines: Vec<String>,
    names: OnceLock<Gitignore>,
    /// By which most names are told that no line matches.
    hints: Vec<Hint>,
}

/// So many lines are held against a path one and all.
const FEW: usize = 32;

/// Lines for one folder of so many bytes are made into patterns when something in it is asked for.
const MOST_BELOW: usize = 16 << 10;

/// Lines that are known.
#[derive(Default)]
pub(super) struct Shared(FxHashMap<Vec<String>, Arc<Lines>>);

impl Shared {
    /// What lines make. One that git could not use either is ignored, as git does.
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
        let folder_of = |line| if lines.len() > FEW { folder(line) } else { None };
        let mut sizes: FxHashMap<&str, usize> = FxHashMap::default();
        for line in lines {
            folder_of(line).into_iter().for_each(|folder| *sizes.entry(folder).or_default() += line.len());
        }
        let (mut all, mut below) = (Ordered::default(), FxHashMap::<String, Ordered>::default());
        for (number, line) in lines.iter().enumerate() {
            let folder = folder_of(line).filter(|folder| sizes[folder] <= MOST_BELOW);
            folder.map_or(&mut all, |folder| below.entry(folder.to_owned()).or_default()).add(number, line);
        }
        all.build()?;
        let reach = lines.iter().map(|line| reach(line)).max().unwrap_or(0);
        let anywhere = || lines.iter().filter(|line| self::reach(line) == 0);
        let tail = anywhere().map(|line| tail(line)).max().unwrap_or(1);
        let hints = lines.iter().filter_map(|line| Hint::of(line)).collect();
        let lines = if reach > 0 { anywhere().cloned().collect() } else { Vec::new() };
        Ok(Self { all, below, reach, tail, lines, names: OnceLock::new(), hints })
    }

    fn names(&self) -> &Gitignore {
        if self.reach == 0 {
            return self.all.patterns();
        }
        self.names.get_or_init(|| build(&self.lines).unwrap_or_else(|_| Gitignore::empty()))
    }

    /// What the last line that matches says of a path.
    fn matched(&self, path: &Path, directory: bool) -> Match<&Glob> {
        let first = path.components().next().and_then(|part| part.as_os_str().to_str());
        let below = first.and_then(|first| self.below.get(first)).map(|lines| lines.matched(path, directory));
        match (self.all.matched(path, directory), below) {
            (Some(one), Some(Some(other))) => {
                if one.0 > other.0 {
                    one.1
                } else {
                    other.1
                }
            }
            (one, other) => one.or(other.flatten()).map_or(Match::None, |(_, matched)| matched),
        }
    }
}

/// Lines with their numbers in the file, and what they make.
#[derive(Default)]
struct Ordered {
    lines: Vec<String>,
    /// By line; of equal ones the last counts.
    numbers: FxHashMap<String, usize>,
    patterns: OnceLock<Gitignore>,
}

impl Ordered {
    fn add(&mut self, number: usize, line: &str) {
        self.lines.push(line.to_owned());
        self.numbers.insert(line.trim_end().to_owned(), number);
    }

    fn build(&self) -> Result<(), String> {
        let _ = self.patterns.set(build(&self.lines)?);
        Ok(())
    }

    fn patterns(&self) -> &Gitignore {
        self.patterns.get_or_init(|| build(&self.lines).unwrap_or_else(|_| Gitignore::empty()))
    }

    /// What the last of them that matches says of a path, and its number.
    fn matched(&self, path: &Path, directory: bool) -> Option<(usize, Match<&Glob>)> {
        let matched = self.patterns().matched(path, directory);
        let number = self.numbers.get(matched.inner()?.original().trim_end());
        Some((number.copied().unwrap_or(0), matched))
    }
}

/// The folder that a line looks into, where it is one by its name.
fn folder(line: &str) -> Option<&str> {
    let line = line.strip_prefix('!').unwrap_or(line);
    let (first, rest) = line.strip_prefix('/').unwrap_or(line).split_once('/')?;
    let is_plain = !first.is_empty() && !first.contains(['*', '?', '[', '{', '\\', '#', '!']);
    (is_plain && !rest.trim_end().is_empty()).then_some(first)
}

impl Patterns {
    /// Lines that stand in a directory.
    pub(super) fn new(directory: &Path, lines: Arc<Lines>) -> Self {
        Self { depth: directory.components().count(), lines }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.below.is_empty() && self.lines.all.patterns().is_empty()
    }

    /// What last names of paths with so many components are held against, where nothing else counts: the same for the same
    /// lines.
    pub(super) fn names_at(&self, depth: usize) -> Option<*const Lines> {
        let far = self.lines.reach.max(self.lines.tail - 1);
        (depth > self.depth.saturating_add(far)).then_some(Arc::as_ptr(&self.lines))
    }

    /// What the last pattern that matches says of something in a place at or below the directory; `depth` is the number of
    /// components of its path.
    pub(super) fn matched(&self, place: &Path, name: &OsStr, depth: usize, directory: bool) -> Match<&Glob> {
        if !self.lines.hints.iter().any(|hint| hint.allows(place, name)) {
            return Match::None;
        }
        if self.names_at(depth).is_some() {
            return match self.lines.tail {
                1 => self.lines.names().matched(name, directory),
                tail => self.lines.names().matched(last(place, tail - 1).join(name), directory),
            };
        }
        // From the end: between the directory and the name there are few names, above it there may be hundreds.
        let below = last(place, depth.saturating_sub(self.depth + 1));
        self.lines.matched(&below.join(name), directory)
    }
}

fn build(lines: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        let _ = builder.add_line(None, line);
    }
    builder.build().map_err(|error| error.to_string())
}

/// How far below its directory a pattern with a slash can match; zero for one that matches at any depth: without a slash, or with
/// `**/` before it.
fn reach(line: &str) -> usize {
    let pattern = line.trim_end();
    if pattern.starts_with('#') {
        return 0;
    }
    let pattern = inner(pattern);
    let (pattern, anywhere) = pattern.strip_prefix("**/").map_or((pattern, false), |rest| (rest, true));
    match pattern.matches('/').count() {
        _ if pattern.contains("**") && (anywhere || pattern.contains('/')) => usize::MAX / 2,
        0 => 0,
        _ if anywhere => 0,
        slashes => slashes + 1,
    }
}

/// How many of the last names of a path a pattern looks at that matches at any depth.
fn tail(line: &str) -> usize {
    inner(line.trim_end()).strip_prefix("**/").map_or(1, |rest| rest.matches('/').count() + 1)
}

/// A pattern without what says how it counts and that it is for directories alone.
fn inner(pattern: &str) -> &str {
    let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
    pattern.strip_suffix('/').unwrap_or(pattern)
}

/// The last so many names of a path.
fn last(place: &Path, names: usize) -> PathBuf {
    let mut last: Vec<_> = place.iter().rev().take(names).collect();
    last.reverse();
    last.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ignored(patterns: &Patterns, path: &str, directory: bool) -> bool {
        let path = Path::new(path);
        let (place, name) = (path.parent().expect("a folder"), path.file_name().expect("a name"));
        patterns.matched(place, name, path.components().count(), directory).is_ignore()
    }

    #[test]
    fn a_pattern_reaches_as_deep_as_it_has_names() {
        for (line, far) in
            [("a", 0), ("*.yaml/", 0), ("# a/b", 0), ("/a", 2), ("!a/b/", 2), ("a/b/c", 3), ("**/a/b", 0)]
        {
            assert_eq!(reach(line), far, "{line}");
        }
        assert!(["a/**", "a/**/b", "**/a/**", "**/**/a"].iter().all(|line| reach(line) > 1000));
        assert_eq!(["a", "a/", "**/a", "!**/a/*.yaml", "**/a/b/"].map(tail), [1, 1, 1, 2, 2]);
        assert_eq!(last(Path::new("/r/a/b"), 2), Path::new("a/b"));
    }

    #[test]
    fn many_lines_for_a_folder_each_keep_their_order() {
        let mut lines: Vec<_> = (0..40).map(|i| format!("/build-{i}/**/*.yaml")).collect();
        lines.extend(
            ["!keep.yaml", "build-1/keep.yaml  ", "!build-2/a/x.yaml", "build-3/", "/build-4"].map(str::to_owned),
        );
        assert_eq!(folder("/build-4"), None, "it is the folder itself");
        let patterns = Patterns::new(Path::new("/r"), Shared::default().get(lines).expect("patterns"));
        for (path, ignored) in [
            ("/r/build-0/a/x.yaml", true),
            ("/r/build-0/a/keep.yaml", false),
            ("/r/build-1/keep.yaml", true),
            ("/r/build-2/a/x.yaml", false),
            ("/r/build-2/b/x.yaml", true),
            ("/r/a/build-0/x.yaml", false),
        ] {
            assert_eq!(is_ignored(&patterns, path, false), ignored, "{path}");
        }
        assert!(is_ignored(&patterns, "/r/build-3", true) && is_ignored(&patterns, "/r/build-4", true));
    }

    #[test]
    fn far_below_names_alone_count_and_the_last_line_wins() {
        let lines = ["*.tmp.yaml", "/out/", "a/b.yaml", "!kept.tmp.yaml", "**/deep/*.yaml", "c/**/z.yaml"];
        let with = |lines: &[&str]| {
            let lines = lines.iter().map(|line| (*line).to_owned()).collect();
            Patterns::new(Path::new("/r"), Shared::default().get(lines).expect("patterns"))
        };
        for patterns in [with(&lines[..4]), with(&lines[..5]), with(&lines)] {
            let is_ignored = |path: &str, directory: bool| is_ignored(&patterns, path, directory);
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
        for patterns in [with(&lines[..5]), with(&lines), with(&["**/deep/*.yaml"])] {
            for (path, ignored) in [
                ("/r/a/b/c/deep/x.yaml", true),
                ("/r/deep/x.yaml", true),
                ("/r/a/deep/x.yaml", true),
                ("/r/a/deep/b/x.yaml", false),
                ("/r/a/b/c/xdeep/x.yaml", false),
                ("/r/x.yaml", false),
            ] {
                assert_eq!(is_ignored(&patterns, path, false), ignored, "{path}");
            }
        }
    }

    /// What lies above the directory is not looked at, however much that is.
    #[test]
    fn far_down_a_path_is_as_quick_as_a_name() {
        let (directory, depth) = (PathBuf::from("/a".repeat(2_000)), 2_001);
        let patterns = Patterns::new(&directory, Shared::default().get(vec!["/build/".to_owned()]).expect("patterns"));
        let start = std::time::Instant::now();
        for _ in 0..50_000 {
            assert!(patterns.matched(&directory, OsStr::new("build"), depth + 1, true).is_ignore());
        }
        assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
    }
}
