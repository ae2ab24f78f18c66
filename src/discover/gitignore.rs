//! What git would not look at.
//!
//! In: directories, each after the one above it. Out: whether a path is hidden by a .gitignore in
//! or above its directory, by `.git/info/exclude` or the user's global excludes; whether git tracks it all the same; and
//! what could not be found out.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ignore::Match;
use ignore::gitignore::Gitignore;

use crate::coverage::{SkipReason, Skipped};
use crate::files::{Files, Kind, ReadError};
use crate::git::Git;

use super::patterns::{Patterns, Shared};
use super::repository::root_of;
use super::walk::display;

/// Largest file of patterns that is read, in bytes.
const MAX_PATTERNS: u64 = 1 << 20;

/// Git's rules, as a walk over one root needs them; shared by all threads.
pub(super) struct GitIgnore<'d> {
    door: &'d dyn Files,
    global: Gitignore,
    /// The working tree's root, where there is one.
    work_tree: Option<PathBuf>,
    /// What git tracks, sorted; asked for at the first need.
    tracked: OnceLock<Vec<PathBuf>>,
    /// Lines that stand in several directories are made into patterns once.
    known: Mutex<Shared>,
    /// What could not be found out, with the file or directory it is about.
    troubles: Mutex<Vec<Trouble>>,
}

type Trouble = (PathBuf, SkipReason, String);

/// The ignore files that bear on what lies in a directory: its own, and those of the directories above it.
#[derive(Clone, Default)]
pub(super) struct Rules {
    innermost: Option<Arc<Level>>,
    /// The number of components of what lies in the directory.
    depth: usize,
}

/// The patterns of one directory.
struct Level {
    patterns: Patterns,
    above: Option<Arc<Level>>,
}

impl Drop for Level {
    /// One by one: there may be more of them than the stack is deep.
    fn drop(&mut self) {
        let mut next = self.above.take();
        while let Some(mut level) = next.and_then(Arc::into_inner) {
            next = level.above.take();
        }
    }
}

/// What a directory holds of what bears on others.
#[derive(Clone, Copy, Default)]
pub(super) struct Holds {
    /// A file `.gitignore`; git does not follow a link there.
    pub ignore_file: bool,
    /// Something called `.git`.
    pub git: bool,
}

impl<'d> GitIgnore<'d> {
    /// For a walk over `root`, an absolute path; and the rules that hold above it.
    pub(super) fn above(root: &Path, door: &'d dyn Files) -> (Self, Rules) {
        let work_tree = root_of(root, door).map(Path::to_owned);
        // Where there is no repository, git's own settings do not matter.
        let global = if work_tree.is_some() { Gitignore::global().0 } else { Gitignore::empty() };
        let (tracked, known, troubles) = (OnceLock::new(), Mutex::default(), Mutex::default());
        let this = Self { door, global, work_tree, tracked, known, troubles };
        let mut rules = Rules::default();
        if let Some(top) = &this.work_tree {
            let above: Vec<_> = root.ancestors().skip(1).take_while(|path| path.starts_with(top)).collect();
            for directory in above.into_iter().rev() {
                rules = this.enter(&rules, directory);
            }
        }
        (this, rules)
    }

    /// The rules in a directory that nobody has listed, by those that hold in the one above it.
    pub(super) fn enter(&self, above: &Rules, directory: &Path) -> Rules {
        let own = self.door.kind(&directory.join(".gitignore"));
        let holds = Holds { ignore_file: own.is_ok_and(|kind| kind == Kind::File), git: true };
        self.enter_listed(above, directory, holds)
    }

    /// The same where it is known what the directory holds.
    pub(super) fn enter_listed(&self, above: &Rules, directory: &Path, holds: Holds) -> Rules {
        let depth = if above.depth > 0 { above.depth + 1 } else { directory.components().count() + 1 };
        let mut rules = Rules { depth, innermost: above.innermost.clone() };
        let exclude = holds.git.then(|| directory.join(".git/info/exclude"));
        let exclude = exclude.filter(|exclude| self.door.is_file(exclude));
        let own = holds.ignore_file.then(|| directory.join(".gitignore"));
        let mut lines = Vec::new();
        for file in exclude.into_iter().chain(own) {
            match read(&file, self.door) {
                Ok(text) => lines.extend(text.trim_start_matches('\u{feff}').lines().map(str::to_owned)),
                Err((reason, detail)) => self.note((file, reason, detail)),
            }
        }
        if lines.is_empty() {
            return rules;
        }
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(lines);
        match known.map(|lines| Patterns::new(directory, lines)) {
            Ok(patterns) if patterns.is_empty() => {}
            Ok(patterns) => rules.innermost = Some(Arc::new(Level { patterns, above: rules.innermost.take() })),
            Err(error) => self.note((directory.join(".gitignore"), SkipReason::Unreadable, error)),
        }
        rules
    }

    fn note(&self, trouble: Trouble) {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).push(trouble);
    }

    /// Whether something of that name in a directory, whose rules these are, is ignored: the innermost rule decides.
    pub(super) fn matches(&self, rules: &Rules, place: &Path, name: &OsStr, directory: bool) -> bool {
        let mut asked = None;
        for patterns in rules.patterns() {
            // What the same names in the directory below did not decide, they do not decide here.
            let names = patterns.names_at(rules.depth);
            if names.is_some() && names == asked {
                continue;
            }
            match patterns.matched(place, name, rules.depth, directory) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => asked = names,
            }
        }
        !self.global.is_empty() && self.global.matched(place.join(name), directory).is_ignore()
    }

    /// Whether git tracks the path.
    pub(super) fn is_tracked(&self, path: &Path) -> bool {
        self.tracked().binary_search_by(|other| other.as_path().cmp(path)).is_ok()
    }

    /// What git tracks below a directory.
    pub(super) fn tracked_below(&self, directory: &Path) -> Vec<PathBuf> {
        let all = self.tracked();
        let from = all.partition_point(|path| path.as_path() < directory);
        all[from..].iter().take_while(|path| path.starts_with(directory)).cloned().collect()
    }

    /// Asked of git itself; where git does not tell, nothing is known to be tracked.
    fn tracked(&self) -> &[PathBuf] {
        self.tracked.get_or_init(|| {
            let found = self.work_tree.as_deref().and_then(Git::at).map(|git| git.tracked());
            let top = self.work_tree.clone().unwrap_or_default();
            let mut all = match found {
                Some(Ok(names)) => names.into_iter().map(|name| top.join(name)).collect(),
                Some(Err(error)) => {
                    self.note((top.join(".git"), SkipReason::Unreadable, error));
                    Vec::new()
                }
                None => Vec::new(),
            };
            all.sort();
            all
        })
    }

    /// What could not be found out, for the ledger. `canonical` is the root of the walk as it was given to
    /// [`GitIgnore::above`], `shown` is how the user named it.
    pub(super) fn troubles(self, canonical: &Path, shown: &Path) -> impl Iterator<Item = Skipped> {
        let troubles = self.troubles.into_inner().unwrap_or_else(PoisonError::into_inner);
        troubles.into_iter().map(move |(path, reason, detail)| {
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
    let ((ignores, mut rules), mut at) = (GitIgnore::above(top, door), top.to_owned());
    below.components().any(|part| {
        rules = ignores.enter(&rules, &at);
        let ends = at.join(part) == path;
        let is_hidden = ignores.matches(&rules, &at, part.as_os_str(), !ends);
        at.push(part);
        is_hidden
    })
}

impl Rules {
    /// The innermost first.
    fn patterns(&self) -> impl Iterator<Item = &Patterns> {
        let levels = std::iter::successors(self.innermost.as_deref(), |level| level.above.as_deref());
        levels.map(|level| &level.patterns)
    }
}

/// The text of a file of patterns.
fn read(file: &Path, door: &dyn Files) -> Result<String, (SkipReason, String)> {
    let bytes = door.read(file, MAX_PATTERNS).map_err(|error| match error {
        ReadError::TooLarge(_) => (SkipReason::TooLarge, String::new()),
        error => (SkipReason::Unreadable, error.to_string()),
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
