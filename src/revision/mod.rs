//! What git repositories held at a revision.
//!
//! In: paths, and a revision as git names one. Out: [`Past`]: of each file, whether it is as it was, what stood there, or
//! that it is new; the files that are gone; and a door to the files as they were ([`Revision`]). Submodules are looked into at
//! the commit that the revision holds of them.

mod door;
mod resolve;
mod worktree;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustc_hash::FxHashSet;

use crate::discover::{Viewpoint, repository, walk};
use crate::files::name::{full, path_of};
use crate::files::{Disk, Door, Files, nearest};
use crate::git::{Entry, Git, Kind};

pub use self::door::Revision;
use self::resolve::resolve;
use self::worktree::WorkTree;

/// More names than this are not passed to git one by one: it is asked about everything.
const MOST_NAMES: usize = 100;

/// Texts are fetched this many at a time, or this many bytes.
const MOST_BLOBS: usize = 1000;
const MOST_BYTES: u64 = 64 << 20;

/// Largest text that is fetched, in bytes: as much as a run reads of a file.
const LARGEST: u64 = 300 << 20;

/// What stood at a revision in place of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then<'p> {
    /// What stands there now.
    Same,
    /// Something else.
    Other(&'p [u8]),
    /// Nothing.
    Nothing,
}

/// What the repositories around some paths held at a revision.
#[derive(Debug)]
pub struct Past {
    /// The revision, as the user named it.
    pub revision: String,
    /// The id of its commit, in the first of the repositories.
    pub commit: String,
    snapshots: Vec<RepositoryAt>,
}

/// One repository at a revision.
#[derive(Debug)]
struct RepositoryAt {
    root: PathBuf,
    view: Viewpoint,
    commit: String,
    /// What was asked about, relative to the root; all where absent.
    names: Option<Vec<String>>,
    /// The files it held of that, relative to the root.
    held: BTreeSet<String>,
    /// The links it held of that.
    links: BTreeSet<String>,
    /// The texts of those that are not as they were.
    other: BTreeMap<String, Vec<u8>>,
    /// All that it held, where something else was asked about later.
    rest: OnceLock<Result<BTreeMap<String, Entry>, String>>,
}

/// What is asked about.
pub struct Question<'q> {
    /// Files and directories; the repositories they lie in are asked.
    pub paths: &'q [PathBuf],
    /// A file whose text does not stand on disk.
    pub file: Option<&'q Path>,
    /// Names of files that matter in every folder above the paths, too.
    pub above: &'q [&'q str],
    /// The whole repositories, not the paths alone.
    pub whole: bool,
}

/// What of a repository is asked about.
struct Scope<'s> {
    /// Relative to its root.
    names: &'s [String],
    /// All of it, not the names alone.
    all: bool,
    /// A file, with its repository's root, whose text is wanted whether git sees a change or not.
    file: Option<&'s (PathBuf, String)>,
}

impl Scope<'_> {
    /// Whether an entry's text is wanted, be it as the file's or not.
    fn is_piped(&self, root: &Path, entry: &Entry) -> bool {
        self.file.is_some_and(|(of, file)| of == root && *file == entry.name)
    }

    /// Whether an entry is a file that a run may read.
    fn reads(&self, entry: &Entry) -> bool {
        entry.kind == Kind::File && (walk::is_candidate(Path::new(&entry.name)) || self.names.contains(&entry.name))
    }
}

impl Past {
    /// Asks git.
    ///
    /// # Errors
    /// A sentence: there is no git, no repository, no such revision, or git cannot answer.
    pub fn ask(question: &Question<'_>, revision: &str) -> Result<Self, String> {
        let mut scopes: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
        let file = question.file.map(locate).transpose()?;
        for path in question.paths {
            let (root, name) = locate(path)?;
            scopes.entry(root).or_default().push(name);
        }
        if let Some((root, name)) = &file {
            scopes.entry(root.clone()).or_default().push(name.clone());
        }
        let mut past = Self { revision: revision.to_owned(), commit: String::new(), snapshots: Vec::new() };
        for (root, names) in scopes {
            let git = Git { root: &root };
            let commit = resolve(git, revision)?;
            let all = question.whole || names.len() > MOST_NAMES || names.iter().any(String::is_empty);
            let names = with_above(names, question.above);
            past.snapshots.push(RepositoryAt::take(git, &commit, &Scope { names: &names, all, file: file.as_ref() })?);
            if past.commit.is_empty() {
                past.commit = commit;
            }
        }
        Ok(past)
    }

    /// What stood in place of a file, by its name in reports.
    pub fn of(&self, name: &str) -> Then<'_> {
        let mut found = Then::Nothing;
        for snapshot in &self.snapshots {
            let Some(below) = snapshot.view.below(name) else { continue };
            if let Some(text) = snapshot.other.get(&below) {
                return Then::Other(text);
            }
            if snapshot.held.contains(&below) {
                found = Then::Same;
            }
        }
        found
    }

    /// Whether everything is as it was: no file differs, none is gone, and all of those named were there.
    pub fn is_present<'n>(&self, mut names: impl Iterator<Item = &'n str>) -> bool {
        let same = self.snapshots.iter().all(|snapshot| snapshot.other.is_empty());
        same && names.all(|name| self.of(name) == Then::Same)
    }

    /// All texts that do not stand any more where they stood: those that files gave way to, and those of files that are gone.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        self.snapshots.iter().flat_map(|snapshot| snapshot.other.values().map(Vec::as_slice))
    }

    /// The files that are gone, as absolute paths: those not among the `names` of files that are there.
    pub fn gone<'n>(&self, names: impl Iterator<Item = &'n str>) -> Vec<PathBuf> {
        let mut there: FxHashSet<(usize, String)> = FxHashSet::default();
        for name in names {
            let places = self.snapshots.iter().enumerate();
            there.extend(places.filter_map(|(index, snapshot)| Some((index, snapshot.view.below(name)?))));
        }
        let places = self.snapshots.iter().enumerate();
        let other = places.flat_map(|(index, snapshot)| snapshot.other.keys().map(move |name| (index, snapshot, name)));
        let gone = other.filter(|(index, _, name)| !there.contains(&(*index, (*name).clone())));
        gone.map(|(_, snapshot, name)| snapshot.root.join(path_of(name))).collect()
    }
}

/// Whether the repository at a root has no commit yet.
pub fn is_unborn(root: &Path) -> bool {
    Git { root }.commit("HEAD").is_ok_and(|commit| commit.is_none())
}

/// The root of the repository that a path lies in, and the path as seen from there.
fn locate(path: &Path) -> Result<(PathBuf, String), String> {
    let shown = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let lies = || format!("{} is not in a git repository", shown.display());
    let found = nearest(&Disk, shown).ok_or_else(lies)?;
    let root = repository::root_of(&found, &Disk).ok_or_else(lies)?;
    let name = full(found.strip_prefix(root).unwrap_or(&found));
    Ok((root.to_owned(), name))
}

/// The names, and the files called so in the folders that they lie in.
fn with_above(names: Vec<String>, above: &[&str]) -> Vec<String> {
    let folders = names.iter().flat_map(|name| name.match_indices('/').map(|(at, _)| &name[..=at]).chain([""]));
    let folders: BTreeSet<&str> = folders.collect();
    let beside = folders.into_iter().flat_map(|folder| above.iter().map(move |name| format!("{folder}{name}")));
    let beside: Vec<_> = beside.collect();
    names.into_iter().chain(beside).collect()
}

impl RepositoryAt {
    /// One repository, and the submodules that are checked out in it.
    fn take(git: Git<'_>, commit: &str, scope: &Scope<'_>) -> Result<Self, String> {
        let below = if scope.all { &[][..] } else { scope.names };
        let tree = git.tree(commit, below)?;
        let mut snapshot = Self {
            root: git.root.to_owned(),
            view: Viewpoint::new(git.root, &Door::default()),
            commit: commit.to_owned(),
            names: (!scope.all).then(|| scope.names.to_owned()),
            held: names(&tree, Kind::File),
            links: names(&tree, Kind::Link),
            other: BTreeMap::new(),
            rest: OnceLock::new(),
        };
        snapshot.compare(git, &tree, below, scope)?;
        for module in tree.iter().filter(|entry| entry.kind == Kind::Submodule) {
            snapshot.take_up(module)?;
        }
        Ok(snapshot)
    }

    /// Keeps the texts of files that are not on disk as they were.
    fn compare(&mut self, git: Git<'_>, tree: &[Entry], below: &[String], scope: &Scope<'_>) -> Result<(), String> {
        let disk = WorkTree::read(git, below)?;
        let wanted = tree.iter().filter(|entry| {
            let piped = entry.kind == Kind::File && scope.is_piped(git.root, entry);
            piped || (scope.reads(entry) && disk.tells(entry) != Some(true))
        });
        let wanted: Vec<_> = wanted.collect();
        let oids: Vec<&str> = wanted.iter().map(|entry| entry.oid.as_str()).collect();
        let sizes = git.sizes(&oids)?;
        for part in parts(&sizes) {
            let (entries, oids, sizes) = (&wanted[part.clone()], &oids[part.clone()], &sizes[part]);
            // One that is too large to be read now was too large then: its place is taken, by no document.
            let fit = |&(_, size): &(&&str, &u64)| *size <= LARGEST;
            let asked: Vec<&str> = oids.iter().zip(sizes).filter(fit).map(|(oid, _)| *oid).collect();
            let mut blobs = git.blobs(&asked)?.into_iter();
            for (entry, size) in entries.iter().zip(sizes) {
                let blob = if *size <= LARGEST { blobs.next().unwrap_or_default() } else { Vec::new() };
                let same = || disk.tells(entry).unwrap_or_else(|| disk.holds(entry, &blob));
                if scope.is_piped(git.root, entry) || !same() {
                    self.other.insert(entry.name.clone(), blob);
                }
            }
        }
        Ok(())
    }

    /// Takes up a submodule, at the commit it had then; one that is not checked out has no files to speak of. A link in its
    /// place is no checkout, and might lead round in a circle.
    fn take_up(&mut self, module: &Entry) -> Result<(), String> {
        let root = self.root.join(&module.path);
        if !Disk.exists(&root.join(".git")) || Disk.resolve(&root).ok().as_ref() != Some(&root) {
            return Ok(());
        }
        let git = Git { root: &root };
        resolve(git, &module.oid)?;
        let inner = RepositoryAt::take(git, &module.oid, &Scope { names: &[], all: true, file: None })?;
        let name = |below: String| format!("{}/{below}", module.name);
        self.held.extend(inner.held.into_iter().map(name));
        self.links.extend(inner.links.into_iter().map(name));
        self.other.extend(inner.other.into_iter().map(|(below, text)| (name(below), text)));
        Ok(())
    }
}

/// The names of the entries of a kind.
fn names(tree: &[Entry], kind: Kind) -> BTreeSet<String> {
    tree.iter().filter(|entry| entry.kind == kind).map(|entry| entry.name.clone()).collect()
}

/// Splits a list of texts, by their sizes, into parts that are fetched at once.
fn parts(sizes: &[u64]) -> Vec<Range<usize>> {
    let (mut parts, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (at, &size) in sizes.iter().enumerate() {
        if at > start && (at - start == MOST_BLOBS || size.saturating_add(bytes) > MOST_BYTES) {
            parts.push(start..at);
            (start, bytes) = (at, 0);
        }
        bytes = bytes.saturating_add(size);
    }
    parts.push(start..sizes.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_above_are_asked_about_too() {
        let names = ["a/b/x.yaml", "a/c.yaml"].map(str::to_owned).to_vec();
        let asked = ["a/b/x.yaml", "a/c.yaml", "Chart.yaml", "a/Chart.yaml", "a/b/Chart.yaml"];
        assert_eq!(with_above(names, &["Chart.yaml"]), asked);
    }

    #[test]
    fn texts_are_fetched_in_parts() {
        assert_eq!(parts(&[1, 2, 3]), std::slice::from_ref(&(0..3)));
        assert_eq!(parts(&[MOST_BYTES, 1, u64::MAX, 1, 1]), [0..1, 1..2, 2..3, 3..5]);
        assert_eq!(parts(&[0; MOST_BLOBS + 1]), [0..MOST_BLOBS, MOST_BLOBS..MOST_BLOBS + 1]);
        assert_eq!(parts(&[]), std::slice::from_ref(&(0..0)));
    }
}
