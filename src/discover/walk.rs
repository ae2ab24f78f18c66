//! Finding files.
//!
//! In: paths, as named on the command line. Out: every file under them that may hold manifests, sorted by name, and what
//! was passed over: what .gitignore hides (unless git tracks it), links that lead out of the tree or nowhere, directories
//! that cannot be opened, and what is no file though it is named like one. Hidden folders are gone into, `.git` is not.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::coverage::{SkipReason, Skipped};
use crate::files::{self, Door, Files};

pub use crate::files::describe;
pub use crate::files::name::shown as display;

use super::directory::{Directory, Look, Seen};
use super::gitignore::{GitIgnore, Rules};
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
    /// Asked for, be it from another run that checks another part of the tree.
    pub named: bool,
}

impl FoundFile {
    /// A file that was asked for.
    pub fn asked(name: String, path: PathBuf, explicit: bool) -> Self {
        Self { name, path, explicit, checked: true, named: true }
    }
}

/// A directory that was looked through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path, as the user named it.
    pub path: PathBuf,
    /// Whether it holds a chart's file.
    pub is_chart: bool,
    /// Whether something in it has the name of our configuration.
    pub configures: bool,
    /// The names of the files in it that are templates of another tool by their endings.
    pub drafts: Vec<OsString>,
}

impl Listed {
    /// Its name, as it stands in the names of the files in it.
    pub fn name(&self) -> String {
        let name = display(&self.path);
        if name == "." { String::new() } else { name.trim_end_matches('/').to_owned() }
    }
}

/// What a walk found.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    /// Files, sorted by name, each once.
    pub files: Vec<FoundFile>,
    /// The directories that were looked through.
    pub listed: Vec<Listed>,
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
        self.files.push(FoundFile::asked(name.clone(), path, true));
        self.files.sort();
    }
}

/// Walks the paths. `no_ignore` reads what .gitignore hides.
pub fn walk(files: &dyn Files, paths: &[PathBuf], no_ignore: bool) -> Walk {
    let (mut found, mut located) = (Walk::default(), Vec::new());
    for path in paths {
        match files::read::refused(files, path) {
            Ok(Some(what)) => found.failures.push(format!("{}: {what}", display(path))),
            Ok(None) if files.is_directory(path) => {
                Walker::new(files, path, no_ignore, &mut found, &mut located).walk();
            }
            Ok(None) => {
                let file = FoundFile::asked(display(path), path.clone(), true);
                located.push(Located { file, place: files.resolve(path).unwrap_or_else(|_| path.clone()) });
            }
            Err(error) => found.failures.push(format!("{}: {}", display(path), describe(&error))),
        }
    }
    found.files = if paths.len() > 1 { each_once(located) } else { sorted(located) };
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
    sorted(files)
}

fn sorted(files: Vec<Located>) -> Vec<FoundFile> {
    let mut files: Vec<_> = files.into_iter().map(|found| found.file).collect();
    files.par_sort_unstable();
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
    /// The ignore files above the root.
    above: Rules,
}

impl<'a> Walker<'a> {
    fn new(
        door: &'a dyn Files,
        root: &Path,
        no_ignore: bool,
        found: &'a mut Walk,
        files: &'a mut Vec<Located>,
    ) -> Self {
        let canonical = door.resolve(root).unwrap_or_else(|_| root.to_owned());
        let ignores = (!no_ignore).then(|| GitIgnore::above(&canonical, door));
        let (ignores, above) = ignores.map_or((None, Rules::default()), |(ignores, above)| (Some(ignores), above));
        Self { door, root: root.to_owned(), canonical, found, files, links: Vec::new(), ignores, above }
    }

    /// Level by level, all directories of one on all threads.
    fn walk(mut self) {
        let files_before = self.files.len();
        let top = Directory { below: PathBuf::new(), above: std::mem::take(&mut self.above) };
        let mut open = vec![top];
        while !open.is_empty() {
            let (door, root, canonical, ignores) = (self.door, &*self.root, &*self.canonical, self.ignores.as_ref());
            let seen: Vec<_> =
                open.par_iter().map(|directory| Look::at(directory, door, root, canonical, ignores)).collect();
            open.clear();
            seen.into_iter().for_each(|seen| self.take_up(seen, &mut open));
        }
        links::take_up(&mut self, files_before);
        let Walker { canonical, root, found, ignores, .. } = self;
        found.skipped.extend(ignores.into_iter().flat_map(|ignores| ignores.troubles(&canonical, &root)));
    }

    fn take_up(&mut self, seen: Seen, open: &mut Vec<Directory>) {
        self.found.listed.extend(seen.listed);
        self.found.failures.extend(seen.failure);
        self.found.skipped.extend(seen.skipped);
        self.files.extend(seen.files);
        self.links.extend(seen.links);
        open.extend(seen.directories);
    }

    /// Takes up a file, given relative to the root, that lies at a place.
    pub fn take_from(&mut self, relative: &Path, place: PathBuf) {
        self.files.push(located(join(&self.root, relative), place));
    }

    /// Notes that something below the root was passed over.
    pub fn skip_below(&mut self, relative: &Path, reason: SkipReason, detail: &str) {
        self.found.skipped.push(skipped(&join(&self.root, relative), reason, detail.to_owned()));
    }

    /// Whether git tracks something below the root.
    pub fn is_tracked(&self, relative: &Path) -> bool {
        self.ignores.as_ref().is_some_and(|ignores| ignores.is_tracked(&join(&self.canonical, relative)))
    }
}

pub(super) fn located(path: PathBuf, place: PathBuf) -> Located {
    Located { file: FoundFile::asked(display(&path), path, false), place }
}

pub(super) fn skipped(path: &Path, reason: SkipReason, detail: String) -> Skipped {
    Skipped { detail, ..Skipped::new(&display(path), reason) }
}

/// The names that our configuration may have, looked for from a path upwards.
pub const OWN_FILES: [&str; 4] = ["kubevet.yaml", "kubevet.yml", ".kubevet.yaml", ".kubevet.yml"];

/// Folders that are git's or ours.
pub(super) fn is_own(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".git" || name == ".kubevet")
}

pub(super) fn join(root: &Path, relative: &Path) -> PathBuf {
    if relative.as_os_str().is_empty() { root.to_owned() } else { root.join(relative) }
}

/// How the names of templates end that are not read as YAML.
const DRAFTS: [&str; 7] = [".templ", ".tmpl", ".tpl", ".gotmpl", ".j2", ".jinja2", ".erb"];

/// Whether a file is a template of another tool, by its name alone.
pub fn is_draft_name(name: &OsStr) -> bool {
    DRAFTS.iter().any(|ending| name.as_encoded_bytes().ends_with(ending.as_bytes()))
}

/// Whether a file may hold manifests, by its name alone.
pub fn is_candidate(path: &Path) -> bool {
    path.file_name().is_some_and(is_candidate_name)
}

/// The same of a name without folders.
pub(super) fn is_candidate_name(name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    // What stands behind the first dot of a hidden file is no ending.
    let ending = memchr::memrchr(b'.', name).filter(|at| *at > 0).map(|at| &name[at + 1..]);
    ending.is_some_and(|ending| [&b"yaml"[..], b"yml", b"json"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
        || name == b"Kustomization"
}
