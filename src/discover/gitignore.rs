//! What git would not look at.
//!
//! In: directories as a walk enters them. Out: whether a path is hidden by a .gitignore in or above its directory, by
//! `.git/info/exclude` or the user's global excludes; and whether git tracks it all the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::files::name::path_of;
use crate::git;

/// The ignore files that bear on a walk, by the directory they stand in.
pub(super) struct GitIgnore {
    /// The innermost directory first.
    files: Vec<(PathBuf, Gitignore)>,
    global: Gitignore,
    /// The working tree's root, where there is one.
    work_tree: Option<PathBuf>,
    /// What git tracks; asked for at the first need.
    tracked: Option<BTreeSet<PathBuf>>,
}

impl GitIgnore {
    /// The rules that hold above and in `root`, an absolute path.
    pub(super) fn above(root: &Path) -> Self {
        let work_tree = root.ancestors().find(|directory| directory.join(".git").exists()).map(Path::to_owned);
        let (global, _) = Gitignore::global();
        let mut this = Self { files: Vec::new(), global, work_tree, tracked: None };
        let Some(top) = this.work_tree.clone() else { return this };
        let above: Vec<_> = root.ancestors().skip(1).take_while(|path| path.starts_with(&top)).collect();
        for directory in above {
            this.enter(directory);
        }
        this
    }

    /// Takes up the rules that stand in a directory.
    pub(super) fn enter(&mut self, directory: &Path) {
        let mut builder = GitignoreBuilder::new(directory);
        let mut any = false;
        for file in [directory.join(".git/info/exclude"), directory.join(".gitignore")] {
            if file.is_file() {
                // A line that git could not use either is passed over, as git does.
                let _ = builder.add(file);
                any = true;
            }
        }
        if let (true, Ok(rules)) = (any, builder.build()) {
            let depth = directory.components().count();
            let at = self.files.partition_point(|(other, _)| other.components().count() > depth);
            self.files.insert(at, (directory.to_owned(), rules));
        }
    }

    /// Whether a path (whose parents are not ignored) is ignored: the innermost rule decides.
    pub(super) fn matches(&self, path: &Path, directory: bool) -> bool {
        for (_, rules) in self.files.iter().filter(|(parent, _)| path.starts_with(parent)) {
            match rules.matched(path, directory) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        self.work_tree.is_some() && self.global.matched(path, directory).is_ignore()
    }

    /// Whether git tracks the path.
    pub(super) fn is_tracked(&mut self, path: &Path) -> bool {
        self.tracked().contains(path)
    }

    /// What git tracks below a directory.
    pub(super) fn tracked_below(&mut self, directory: &Path) -> Vec<PathBuf> {
        let all = self.tracked().range(directory.to_owned()..);
        all.take_while(|path| path.starts_with(directory)).cloned().collect()
    }

    /// Asked of git itself; without git nothing is known to be tracked.
    fn tracked(&mut self) -> &BTreeSet<PathBuf> {
        let top = self.work_tree.clone();
        self.tracked.get_or_insert_with(|| top.map(|top| ask_git(&top)).unwrap_or_default())
    }
}

fn ask_git(top: &Path) -> BTreeSet<PathBuf> {
    let listing = ["ls-files", "-z", "--cached", "--ignored", "--exclude-standard"];
    let Ok(output) = git::command(top, &listing).stderr(Stdio::null()).output() else { return BTreeSet::new() };
    git::names(&output.stdout).map(|name| top.join(path_of(&name))).collect()
}
