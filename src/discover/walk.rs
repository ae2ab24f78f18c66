//! Finding files.
//!
//! In: paths, as named on the command line. Out: every file under them that may hold manifests, sorted by name, and what
//! was passed over: what .gitignore hides (unless git tracks it), links that lead out of the tree or nowhere, directories
//! that cannot be opened, and what is no file though it is named like one. Hidden folders are gone into, `.git` is not.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use crate::coverage::{SkipReason, Skipped};
use crate::files::{self, Door, Files, Kind};

pub use crate::files::describe;
pub use crate::files::name::shown as display;

use super::charts;
use super::gitignore::GitIgnore;
use super::links;
use super::viewpoint::Viewpoint;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// As the user named it: relative stays relative, `/` as separator. No two paths have one name.
    pub name: String,
    /// Where to open it: never the name, which is for showing.
    pub path: PathBuf,
    /// Named itself on the command line: then it is read whatever its ending.
    pub explicit: bool,
    /// Asked for: else it is only read for others to refer to.
    pub checked: bool,
}

/// What a walk found.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    /// Files, sorted by name, each once.
    pub files: Vec<FoundFile>,
    /// The directories that were looked through, and whether they hold a chart's file.
    pub listed: Vec<(PathBuf, bool)>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
    /// Paths named on the command line that are missing or unreadable: message.
    pub failures: Vec<String>,
}

impl Walk {
    /// Takes up a file whose text comes from elsewhere: it stands in for the one that is there, if there is one.
    pub fn put(&mut self, file: &str, files: &Door) {
        let (view, path) = (Viewpoint::new(Path::new(""), files), files::name::path_of(file));
        let name = display(&path);
        let place = view.name(&name);
        self.files.retain(|other| view.name(&other.name) != place);
        self.files.push(FoundFile { name: name.clone(), path, explicit: true, checked: true });
        self.files.sort();
    }
}

/// Walks the paths. `no_ignore` reads what .gitignore hides.
pub fn walk(files: &dyn Files, paths: &[PathBuf], no_ignore: bool) -> Walk {
    walk_and_tell(files, paths, no_ignore, &|_| {})
}

/// The same; `tell` hears of each file below a directory as soon as it is found.
pub fn walk_and_tell(files: &dyn Files, paths: &[PathBuf], no_ignore: bool, tell: &dyn Fn(&FoundFile)) -> Walk {
    let (mut found, mut located) = (Walk::default(), Vec::new());
    for path in paths {
        match files::read::refused(files, path) {
            Ok(Some(what)) => found.failures.push(format!("{}: {what}", display(path))),
            Ok(None) if files.is_directory(path) => {
                Walker::new(files, path, no_ignore, &mut found, &mut located, tell).walk();
            }
            Ok(None) => {
                let file = FoundFile { name: display(path), path: path.clone(), explicit: true, checked: true };
                located.push(Located { file, place: files.resolve(path).unwrap_or_else(|_| path.clone()) });
            }
            Err(error) => found.failures.push(format!("{}: {}", display(path), describe(&error))),
        }
    }
    found.files = each_once(located);
    found.skipped.sort();
    found.skipped.dedup();
    found
}

/// A file, and where it lies: an absolute path, links resolved.
pub(super) struct Located {
    pub file: FoundFile,
    pub place: PathBuf,
}

/// The files sorted by name. One that was named and walked over is one that was named; one that came in two ways is one.
fn each_once(mut files: Vec<Located>) -> Vec<FoundFile> {
    files.sort_by(|a, b| (!a.file.explicit, &a.file.name).cmp(&(!b.file.explicit, &b.file.name)));
    let mut places = FxHashSet::default();
    files.retain(|found| places.insert(found.place.clone()));
    let mut files: Vec<_> = files.into_iter().map(|found| found.file).collect();
    files.sort();
    files
}

/// A walk over one root.
pub(super) struct Walker<'a> {
    pub door: &'a dyn Files,
    pub root: PathBuf,
    /// The root, links resolved.
    pub canonical: PathBuf,
    pub found: &'a mut Walk,
    pub files: &'a mut Vec<Located>,
    /// Links within the tree to what may be a file of manifests: relative to the root, and where they lead.
    pub links: Vec<(PathBuf, PathBuf)>,
    pub ignores: Option<GitIgnore<'a>>,
    /// Hears of each file.
    pub tell: &'a dyn Fn(&FoundFile),
}

impl<'a> Walker<'a> {
    fn new(
        door: &'a dyn Files,
        root: &Path,
        no_ignore: bool,
        found: &'a mut Walk,
        files: &'a mut Vec<Located>,
        tell: &'a dyn Fn(&FoundFile),
    ) -> Self {
        let canonical = door.resolve(root).unwrap_or_else(|_| root.to_owned());
        let ignores = if no_ignore { None } else { Some(GitIgnore::above(&canonical, door)) };
        Self { door, root: root.to_owned(), canonical, found, files, links: Vec::new(), ignores, tell }
    }

    fn walk(mut self) {
        let files_before = self.files.len();
        // A stack instead of recursion: a tree may be deeper than the machine's stack.
        let mut work = vec![PathBuf::new()];
        while let Some(directory) = work.pop() {
            self.directory(&directory, &mut work);
        }
        links::take_up(&mut self, files_before);
        let Walker { canonical, root, found, ignores, .. } = self;
        found.skipped.extend(ignores.into_iter().flat_map(|ignores| ignores.troubles(&canonical, &root)));
    }

    /// Looks through one directory, given relative to the root.
    fn directory(&mut self, relative: &Path, work: &mut Vec<PathBuf>) {
        let path = join(&self.root, relative);
        let entries = match self.door.list(&path) {
            Ok(entries) => entries,
            Err(error) if relative.as_os_str().is_empty() => {
                self.found.failures.push(format!("{}: {}", display(&path), describe(&error)));
                return;
            }
            Err(error) => return self.skip(&path, SkipReason::Unreadable, describe(&error)),
        };
        if let Some(ignores) = &mut self.ignores {
            ignores.enter(&join(&self.canonical, relative));
        }
        let mut is_chart = false;
        for entry in entries {
            match entry {
                Ok(entry) => {
                    is_chart |= entry.name == charts::FILE && self.leads_to_file(&path.join(&entry.name), entry.kind);
                    self.entry(relative.join(entry.name), entry.kind, work);
                }
                Err(error) => self.skip(&path, SkipReason::Unreadable, describe(&error)),
            }
        }
        self.found.listed.push((path, is_chart));
    }

    fn leads_to_file(&self, path: &Path, kind: Kind) -> bool {
        kind == Kind::File || (kind == Kind::Link && self.door.is_file(path))
    }

    /// What stands in a directory, given relative to the root.
    fn entry(&mut self, below: PathBuf, kind: Kind, work: &mut Vec<PathBuf>) {
        if kind == Kind::Link {
            return self.link(below);
        }
        if kind == Kind::Directory {
            match self.is_ignored(&below, true) {
                _ if is_own(&below) => {}
                true => self.ignored_directory(&below),
                false => work.push(below),
            }
        } else if is_candidate(&below) {
            if self.is_hidden(&below) {
                self.skip_below(&below, SkipReason::Ignored, "");
            } else if kind == Kind::File {
                self.take(&below);
            } else {
                self.skip_below(&below, SkipReason::Unreadable, kind.describe());
            }
        }
    }

    /// Whether git would not look at a file.
    fn is_hidden(&mut self, relative: &Path) -> bool {
        self.is_ignored(relative, false) && !self.is_tracked(relative)
    }

    fn is_ignored(&self, relative: &Path, directory: bool) -> bool {
        self.ignores.as_ref().is_some_and(|ignores| ignores.matches(&join(&self.canonical, relative), directory))
    }

    pub fn is_tracked(&mut self, relative: &Path) -> bool {
        let path = join(&self.canonical, relative);
        self.ignores.as_mut().is_some_and(|ignores| ignores.is_tracked(&path))
    }

    fn take(&mut self, relative: &Path) {
        self.take_from(relative, join(&self.canonical, relative));
    }

    /// Takes up a file that lies at a place.
    pub fn take_from(&mut self, relative: &Path, place: PathBuf) {
        let path = join(&self.root, relative);
        let file = FoundFile { name: display(&path), path, explicit: false, checked: true };
        (self.tell)(&file);
        self.files.push(Located { file, place });
    }

    /// Notes that something below the root was passed over.
    pub fn skip_below(&mut self, relative: &Path, reason: SkipReason, detail: &str) {
        self.skip(&join(&self.root, relative), reason, detail.to_owned());
    }

    fn skip(&mut self, path: &Path, reason: SkipReason, detail: String) {
        self.found.skipped.push(Skipped { detail, ..Skipped::new(&display(path), reason) });
    }

    /// An ignored directory is not gone into, but what git tracks below it is read.
    fn ignored_directory(&mut self, relative: &Path) {
        let absolute = join(&self.canonical, relative);
        let tracked = self.ignores.as_mut().map(|ignores| ignores.tracked_below(&absolute)).unwrap_or_default();
        for path in tracked.into_iter().filter(|path| is_candidate(path) && self.door.is_real_file(path)) {
            if let Ok(below) = path.strip_prefix(&self.canonical) {
                self.take(below);
            }
        }
        let mut name = display(&join(&self.root, relative));
        name.push('/');
        self.found.skipped.push(Skipped::new(&name, SkipReason::Ignored));
    }

    /// A link within the tree is looked at when everything else was found; what leads elsewhere is somebody else's.
    fn link(&mut self, relative: PathBuf) {
        let path = join(&self.root, &relative);
        let named = is_candidate(&path);
        match self.door.resolve(&path) {
            Ok(target) if target.starts_with(&self.canonical) && !named => {}
            Ok(target) if target.starts_with(&self.canonical) => match self.is_hidden(&relative) {
                true => self.skip(&path, SkipReason::Ignored, String::new()),
                false => self.links.push((relative, target)),
            },
            Ok(target) if !named && !self.door.is_directory(&target) => {}
            Ok(_) => self.skip(&path, SkipReason::Ignored, "a link out of the tree".to_owned()),
            Err(error) if named => self.skip(&path, SkipReason::Unreadable, describe(&error)),
            Err(_) => {}
        }
    }
}

/// Folders that are git's or ours.
pub(super) fn is_own(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".git" || name == ".kubevet")
}

pub(super) fn join(root: &Path, relative: &Path) -> PathBuf {
    if relative.as_os_str().is_empty() { root.to_owned() } else { root.join(relative) }
}

/// Whether a file may hold manifests, by its name alone.
pub fn is_candidate(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        || path.file_name().is_some_and(|name| name == "Kustomization")
}
