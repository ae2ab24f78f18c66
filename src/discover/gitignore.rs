//! What git would not look at.
//!
//! In: directories as a walk enters them, each before what lies below it. Out: whether a path is hidden by a .gitignore in
//! or above its directory, by `.git/info/exclude` or the user's global excludes; whether git tracks it all the same; and
//! what could not be found out.

use std::path::{Path, PathBuf};

use ignore::Match;
use ignore::gitignore::Gitignore;

use crate::coverage::{SkipReason, Skipped};
use crate::files::{Files, Kind, ReadError};
use crate::git::Git;

use super::patterns::Patterns;
use super::repository::root_of;
use super::walk::display;

/// Largest file of patterns that is read, in bytes.
const MAX_PATTERNS: u64 = 1 << 20;

/// The ignore files that bear on the directory a walk is in.
pub(super) struct GitIgnore<'d> {
    door: &'d dyn Files,
    /// Those of the directory itself and of the directories above it, the innermost last.
    files: Vec<Patterns>,
    /// The number of components of what lies in the directory entered last.
    depth: usize,
    global: Gitignore,
    /// The working tree's root, where there is one.
    work_tree: Option<PathBuf>,
    /// What git tracks, sorted; asked for at the first need.
    tracked: Option<Vec<PathBuf>>,
    /// What could not be found out, with the file or directory it is about.
    troubles: Vec<(PathBuf, SkipReason, String)>,
}

impl<'d> GitIgnore<'d> {
    /// The rules that hold above `root`, an absolute path.
    pub(super) fn above(root: &Path, door: &'d dyn Files) -> Self {
        let work_tree = root_of(root, door).map(Path::to_owned);
        // Where there is no repository, git's own settings do not matter.
        let global = if work_tree.is_some() { Gitignore::global().0 } else { Gitignore::empty() };
        let mut this =
            Self { door, files: Vec::new(), depth: 0, global, work_tree, tracked: None, troubles: Vec::new() };
        let Some(top) = this.work_tree.clone() else { return this };
        let above: Vec<_> = root.ancestors().skip(1).take_while(|path| path.starts_with(&top)).collect();
        for directory in above.into_iter().rev() {
            this.enter(directory);
        }
        this
    }

    /// Takes up the rules that stand in a directory, and lets go of those of directories that were left.
    pub(super) fn enter(&mut self, directory: &Path) {
        while self.files.last().is_some_and(|other| !directory.starts_with(&other.directory)) {
            self.files.pop();
        }
        self.depth = directory.components().count() + 1;
        let exclude = directory.join(".git/info/exclude");
        let exclude = self.door.is_file(&exclude).then_some(exclude);
        // Git does not follow a link here.
        let own = directory.join(".gitignore");
        let own = self.door.kind(&own).is_ok_and(|kind| kind == Kind::File).then_some(own);
        let mut lines = Vec::new();
        for file in exclude.into_iter().chain(own) {
            match read(&file, self.door) {
                Ok(text) => lines.extend(text.trim_start_matches('\u{feff}').lines().map(str::to_owned)),
                Err((reason, detail)) => self.troubles.push((file, reason, detail)),
            }
        }
        if lines.is_empty() {
            return;
        }
        match Patterns::new(directory, lines) {
            Ok(patterns) if patterns.is_empty() => {}
            Ok(patterns) => self.files.push(patterns),
            Err(error) => self.troubles.push((directory.join(".gitignore"), SkipReason::Unreadable, error)),
        }
    }

    /// Whether something in the directory entered last is ignored: the innermost rule decides.
    pub(super) fn matches(&self, path: &Path, directory: bool) -> bool {
        for patterns in self.files.iter().rev() {
            match patterns.matched(path, self.depth, directory) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        self.work_tree.is_some() && self.global.matched(path, directory).is_ignore()
    }

    /// Whether git tracks the path.
    pub(super) fn is_tracked(&mut self, path: &Path) -> bool {
        self.tracked().binary_search_by(|other| other.as_path().cmp(path)).is_ok()
    }

    /// What git tracks below a directory.
    pub(super) fn tracked_below(&mut self, directory: &Path) -> Vec<PathBuf> {
        let all = self.tracked();
        let from = all.partition_point(|path| path.as_path() < directory);
        all[from..].iter().take_while(|path| path.starts_with(directory)).cloned().collect()
    }

    /// Asked of git itself; where git does not tell, nothing is known to be tracked.
    fn tracked(&mut self) -> &[PathBuf] {
        if self.tracked.is_none() {
            let found = self.work_tree.as_deref().and_then(Git::at).map(|git| git.tracked());
            let top = self.work_tree.clone().unwrap_or_default();
            let mut all = match found {
                Some(Ok(names)) => names.into_iter().map(|name| top.join(name)).collect(),
                Some(Err(error)) => {
                    self.troubles.push((top.join(".git"), SkipReason::Unreadable, error));
                    Vec::new()
                }
                None => Vec::new(),
            };
            all.sort();
            self.tracked = Some(all);
        }
        self.tracked.as_deref().unwrap_or_default()
    }

    /// What could not be found out, for the ledger. `canonical` is the root of the walk as it was given to
    /// [`GitIgnore::above`], `shown` is how the user named it.
    pub(super) fn troubles(self, canonical: &Path, shown: &Path) -> impl Iterator<Item = Skipped> {
        self.troubles.into_iter().map(move |(path, reason, detail)| {
            let file = path.strip_prefix(canonical).map_or_else(|_| display(&path), |rest| display(&shown.join(rest)));
            Skipped { detail, ..Skipped::new(&file, reason) }
        })
    }
}

/// Most folders above a path in which files of patterns are looked for where there is no repository.
const MOST_LEVELS: usize = 16;

/// Whether git would not look at an absolute path, at which nothing has to lie. Of a tree without a repository (an archive, a
/// copy), the files of patterns in it count all the same.
pub fn is_hidden(path: &Path, door: &dyn Files) -> bool {
    let outermost = || {
        let above = path.ancestors().skip(1).take(MOST_LEVELS);
        above.filter(|at| door.is_file(&at.join(".gitignore"))).last()
    };
    let Some(top) = root_of(path, door).or_else(outermost) else { return false };
    let Ok(below) = path.strip_prefix(top) else { return false };
    let (mut rules, mut at) = (GitIgnore::above(top, door), top.to_owned());
    below.components().any(|part| {
        rules.enter(&at);
        at.push(part);
        rules.matches(&at, at != path)
    })
}

/// The text of a file of patterns.
fn read(file: &Path, door: &dyn Files) -> Result<String, (SkipReason, String)> {
    let bytes = door.read(file, MAX_PATTERNS).map_err(|error| match error {
        ReadError::TooLarge(_) => (SkipReason::TooLarge, String::new()),
        error => (SkipReason::Unreadable, error.to_string()),
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
