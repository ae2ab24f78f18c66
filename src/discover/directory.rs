//! One directory of a walk.
//!
//! In: a directory, and the ignore files above it. Out: what in it may hold manifests, what was passed over, and the directories
//! that are to be gone into.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::coverage::{SkipReason, Skipped};
use crate::files::{Entry, Files, Kind, describe};

use super::charts;
use super::gitignore::{GitIgnore, Holds, Rules};
use super::walk::{
    Listed, Located, OWN_FILES, display, is_candidate, is_candidate_name, is_draft_name, is_own, join, located, skipped,
};

/// A directory to look through.
pub(super) struct Directory {
    /// Its path below the root of the walk; empty for the root.
    pub below: PathBuf,
    /// The ignore files above it.
    pub above: Rules,
}

/// What a directory holds.
#[derive(Default)]
pub(super) struct Seen {
    /// The directory itself; nothing where it cannot be opened.
    pub listed: Option<Listed>,
    /// Why it cannot be opened, where it is the root.
    pub failure: Option<String>,
    pub files: Vec<Located>,
    pub directories: Vec<Directory>,
    /// Links within the tree to what may be a file of manifests: relative to the root, and where they lead.
    pub links: Vec<(PathBuf, PathBuf)>,
    pub skipped: Vec<Skipped>,
}

/// A look through one directory.
pub(super) struct Look<'a> {
    door: &'a dyn Files,
    /// The root of the walk, as the user named it and with links resolved.
    roots: (&'a Path, &'a Path),
    ignores: Option<&'a GitIgnore<'a>>,
    below: &'a Path,
    /// Its own path, as the user named it and with links resolved.
    path: PathBuf,
    place: PathBuf,
    rules: Rules,
    seen: Seen,
}

impl<'a> Look<'a> {
    /// Looks through a directory of a walk over `root`, which is `canonical` with links resolved.
    pub fn at(
        directory: &'a Directory,
        door: &'a dyn Files,
        root: &'a Path,
        canonical: &'a Path,
        ignores: Option<&'a GitIgnore<'a>>,
    ) -> Seen {
        let below = &*directory.below;
        let (path, place) = (join(root, below), join(canonical, below));
        let entries = match door.list(&path) {
            Ok(entries) => entries,
            Err(error) if below.as_os_str().is_empty() => {
                let failure = Some(format!("{}: {}", display(&path), describe(&error)));
                return Seen { failure, ..Seen::default() };
            }
            Err(error) => {
                let skipped = vec![skipped(&path, SkipReason::Unreadable, describe(&error))];
                return Seen { skipped, ..Seen::default() };
            }
        };
        let (mut holds, mut is_chart, mut configures, mut drafts) = (Holds::default(), false, false, Vec::new());
        for Entry { name, kind } in entries.iter().flatten() {
            holds.git |= name == ".git";
            holds.ignore_file |= name == ".gitignore" && *kind == Kind::File;
            let is_file = || *kind == Kind::File || *kind == Kind::Link && door.is_file(&path.join(name));
            is_chart |= name == charts::FILE && is_file();
            // Not every disk tells large letters from small ones.
            configures |= OWN_FILES.iter().any(|own| name.eq_ignore_ascii_case(own));
            drafts.extend((*kind == Kind::File && is_draft_name(name)).then(|| name.clone()));
        }
        let rules = ignores.map(|ignores| ignores.enter_listed(&directory.above, &place, holds)).unwrap_or_default();
        let (roots, seen) = ((root, canonical), Seen::default());
        let mut look = Self { door, roots, ignores, below, path, place, rules, seen };
        for entry in entries {
            match entry {
                Ok(entry) => look.entry(&entry.name, entry.kind),
                Err(error) => look.skip(&look.path.clone(), SkipReason::Unreadable, describe(&error)),
            }
        }
        look.seen.listed = Some(Listed { path: look.path, is_chart, configures, drafts });
        look.seen
    }

    fn entry(&mut self, name: &OsStr, kind: Kind) {
        match kind {
            Kind::Link => self.link(name),
            Kind::Directory if is_own(Path::new(name)) => {}
            Kind::Directory if self.is_ignored(name, true) => self.ignored_directory(name),
            Kind::Directory => {
                self.seen.directories.push(Directory { below: self.below.join(name), above: self.rules.clone() })
            }
            _ if !is_candidate_name(name) => {}
            _ if self.is_hidden(name) => self.skip(&self.path.join(name), SkipReason::Ignored, String::new()),
            Kind::File => self.seen.files.push(located(self.path.join(name), self.place.join(name))),
            _ => self.skip(&self.path.join(name), SkipReason::Unreadable, kind.describe().to_owned()),
        }
    }

    /// Whether git would not look at a file.
    fn is_hidden(&self, name: &OsStr) -> bool {
        self.is_ignored(name, false) && !self.ignores.is_some_and(|ignores| ignores.is_tracked(&self.place.join(name)))
    }

    fn is_ignored(&self, name: &OsStr, directory: bool) -> bool {
        self.ignores.is_some_and(|ignores| ignores.matches(&self.rules, &self.place, name, directory))
    }

    fn skip(&mut self, path: &Path, reason: SkipReason, detail: String) {
        self.seen.skipped.push(skipped(path, reason, detail));
    }

    /// An ignored directory is not gone into, but what git tracks below it is read.
    fn ignored_directory(&mut self, name: &OsStr) {
        let (root, canonical) = self.roots;
        let tracked = self.ignores.map(|ignores| ignores.tracked_below(&self.place.join(name))).unwrap_or_default();
        for place in tracked.into_iter().filter(|path| is_candidate(path) && self.door.is_real_file(path)) {
            if let Ok(below) = place.strip_prefix(canonical) {
                self.seen.files.push(located(root.join(below), place));
            }
        }
        let mut name = display(&self.path.join(name));
        name.push('/');
        self.seen.skipped.push(Skipped::new(&name, SkipReason::Ignored));
    }

    /// A link within the tree is looked at when everything else was found; what leads elsewhere is somebody else's.
    fn link(&mut self, name: &OsStr) {
        let path = self.path.join(name);
        let named = is_candidate_name(name);
        match self.door.resolve(&path) {
            Ok(target) if target.starts_with(self.roots.1) && !named => {}
            Ok(target) if target.starts_with(self.roots.1) => match self.is_hidden(name) {
                true => self.skip(&path, SkipReason::Ignored, String::new()),
                false => self.seen.links.push((self.below.join(name), target)),
            },
            Ok(target) if !named && !self.door.is_directory(&target) => {}
            Ok(_) => self.skip(&path, SkipReason::Ignored, "a link out of the tree".to_owned()),
            Err(error) if named => self.skip(&path, SkipReason::Unreadable, describe(&error)),
            Err(_) => {}
        }
    }
}
