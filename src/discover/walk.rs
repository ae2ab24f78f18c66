//! Finding files.
//!
//! In: paths, as named on the command line. Out: every file under them that may hold manifests, sorted by name, and what
//! was passed over: what .gitignore hides (unless git tracks it), links that lead out of the tree or nowhere, directories
//! that cannot be opened. Hidden folders are gone into, `.git` is not.

use std::fs;
use std::path::{Path, PathBuf};

use crate::coverage::{SkipReason, Skipped};

use super::gitignore::GitIgnore;
use super::viewpoint::Viewpoint;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// As the user named it: relative stays relative, `/` as separator.
    pub name: String,
    /// Where to open it.
    pub path: PathBuf,
    /// Named itself on the command line: then it is read whatever its ending.
    pub explicit: bool,
    /// Asked for: else it is only read for others to refer to.
    pub judged: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Files, sorted by name, each once.
    pub files: Vec<FoundFile>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
    /// Paths named on the command line that are missing or unreadable: message.
    pub failures: Vec<String>,
}

impl Walk {
    /// Takes up a file whose text comes from elsewhere: it stands in for the one on disk, if there is one.
    pub fn put(&mut self, file: &str) {
        let (view, path) = (Viewpoint::default(), PathBuf::from(file));
        let name = display(&path);
        let place = view.name(&name);
        self.files.retain(|other| view.name(&other.name) != place);
        self.files.push(FoundFile { name: name.clone(), path, explicit: true, judged: true });
        self.files.sort();
    }
}

/// Walks the paths. `no_ignore` reads what .gitignore hides.
pub fn walk(paths: &[PathBuf], no_ignore: bool) -> Walk {
    walk_and_tell(paths, no_ignore, &|_| {})
}

/// The same; `tell` hears of each file below a directory as soon as it is found.
pub fn walk_and_tell(paths: &[PathBuf], no_ignore: bool, tell: &dyn Fn(&FoundFile)) -> Walk {
    let mut found = Walk::default();
    for path in paths {
        match fs::metadata(path) {
            Ok(meta) if meta.is_dir() => walk_root(path, no_ignore, &mut found, tell),
            Ok(_) => {
                found.files.push(FoundFile { name: display(path), path: path.clone(), explicit: true, judged: true })
            }
            Err(error) => found.failures.push(format!("{}: {}", path.display(), describe(&error))),
        }
    }
    // A file that was named and walked over is one that was named.
    found.files.sort_by(|a, b| a.name.cmp(&b.name).then(b.explicit.cmp(&a.explicit)));
    found.files.dedup_by(|a, b| a.name == b.name);
    found.skipped.sort();
    found.skipped.dedup();
    found
}

/// What an error of the operating system means, without its number.
pub fn describe(error: &std::io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
}

fn walk_root(root: &Path, no_ignore: bool, found: &mut Walk, tell: &dyn Fn(&FoundFile)) {
    let canonical = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let ignores = if no_ignore { None } else { Some(GitIgnore::above(&canonical)) };
    let mut walker = Walker { root: root.to_owned(), canonical, found, ignores, tell };
    // A stack instead of recursion: a tree may be deeper than the machine's stack.
    let mut work = vec![PathBuf::new()];
    while let Some(directory) = work.pop() {
        walker.directory(&directory, &mut work);
    }
}

struct Walker<'a> {
    root: PathBuf,
    canonical: PathBuf,
    found: &'a mut Walk,
    ignores: Option<GitIgnore>,
    tell: &'a dyn Fn(&FoundFile),
}

impl Walker<'_> {
    /// Looks through one directory, given relative to the root.
    fn directory(&mut self, relative: &Path, work: &mut Vec<PathBuf>) {
        let path = join(&self.root, relative);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries.flatten().collect::<Vec<_>>(),
            Err(error) if relative.as_os_str().is_empty() => {
                self.found.failures.push(format!("{}: {}", path.display(), describe(&error)));
                return;
            }
            Err(error) => return self.skip(&path, SkipReason::Unreadable, describe(&error)),
        };
        if let Some(ignores) = &mut self.ignores {
            ignores.enter(&join(&self.canonical, relative));
        }
        for entry in entries {
            let name = entry.file_name();
            let Ok(kind) = entry.file_type() else { continue };
            let below = relative.join(&name);
            if kind.is_symlink() {
                self.link(&below);
            } else if kind.is_dir() && name != ".git" && name != ".kubevet" {
                if self.is_ignored(&below, true) {
                    self.ignored_directory(&below);
                } else {
                    work.push(below);
                }
            } else if kind.is_file() && is_candidate(Path::new(&name)) {
                if self.is_ignored(&below, false) && !self.is_tracked(&below) {
                    self.skip(&join(&self.root, &below), SkipReason::Ignored, String::new());
                } else {
                    self.take(&below);
                }
            }
        }
    }

    fn is_ignored(&self, relative: &Path, directory: bool) -> bool {
        self.ignores.as_ref().is_some_and(|ignores| ignores.matches(&join(&self.canonical, relative), directory))
    }

    fn is_tracked(&mut self, relative: &Path) -> bool {
        let path = join(&self.canonical, relative);
        self.ignores.as_mut().is_some_and(|ignores| ignores.is_tracked(&path))
    }

    fn take(&mut self, relative: &Path) {
        let path = join(&self.root, relative);
        let file = FoundFile { name: display(&path), path, explicit: false, judged: true };
        (self.tell)(&file);
        self.found.files.push(file);
    }

    fn skip(&mut self, path: &Path, reason: SkipReason, detail: String) {
        self.found.skipped.push(Skipped { file: display(path), reason, detail });
    }

    /// An ignored directory is not gone into, but what git tracks below it is read.
    fn ignored_directory(&mut self, relative: &Path) {
        let absolute = join(&self.canonical, relative);
        let tracked = self.ignores.as_mut().map(|ignores| ignores.tracked_below(&absolute)).unwrap_or_default();
        for path in tracked.into_iter().filter(|path| is_candidate(path) && path.is_file()) {
            if let Ok(below) = path.strip_prefix(&self.canonical) {
                self.take(below);
            }
        }
        let mut name = display(&join(&self.root, relative));
        name.push('/');
        self.found.skipped.push(Skipped { file: name, reason: SkipReason::Ignored, detail: String::new() });
    }

    /// A link is never followed: what it leads to within the tree is found there, the rest is somebody else's.
    fn link(&mut self, relative: &Path) {
        let path = join(&self.root, relative);
        match fs::canonicalize(&path) {
            Ok(target) if target.starts_with(&self.canonical) => {}
            Ok(target) if target.is_file() && !is_candidate(&path) => {}
            Ok(_) => self.skip(&path, SkipReason::Ignored, "a link out of the tree".to_owned()),
            Err(error) if is_candidate(&path) => self.skip(&path, SkipReason::Unreadable, describe(&error)),
            Err(_) => {}
        }
    }
}

fn join(root: &Path, relative: &Path) -> PathBuf {
    if relative.as_os_str().is_empty() { root.to_owned() } else { root.join(relative) }
}

/// Whether a file may hold manifests, by its name alone.
pub fn is_candidate(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        || path.file_name().is_some_and(|name| name == "Kustomization")
}

/// The name shown: without a leading `./`, with `/` as separator.
pub fn display(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}
