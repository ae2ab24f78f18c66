//! The door to the files of a revision.
//!
//! In: what repositories held at a revision, and the door to the files of today. Out: the files as they were then. What is as
//! it was is read from today's, which may hold what git writes in place of a blob (line ends, large files); what no run
//! compares, being named as no manifest is, is read from git. Links are those of today and not followed into the revision; so
//! are git's own folders, and all that lies in none of the repositories.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::discover::walk;
use crate::files::name::{full, path_of};
use crate::files::{Entry, Files, Kind, ReadError, nearest};
use crate::git::{self, Git};

use super::{Past, RepositoryAt};

/// Files as they were at a revision.
#[derive(Debug, Clone, Copy)]
pub struct Revision<'a> {
    past: &'a Past,
    now: &'a dyn Files,
}

/// What stood at a path.
enum Stood<'p> {
    /// What stands there now, or what nobody keeps a history of.
    Today,
    /// A file with another text.
    Text(&'p [u8]),
    /// A file that was not asked about: its blob.
    Blob(&'p Path, &'p str),
    /// A directory.
    Directory,
    /// Nothing.
    Nothing,
}

impl<'a> Revision<'a> {
    /// The files of a revision, beside those of today.
    pub fn new(past: &'a Past, now: &'a dyn Files) -> Self {
        Self { past, now }
    }

    /// What stood at a path.
    fn stood(&self, path: &Path) -> io::Result<Stood<'a>> {
        if path.components().any(|part| part == Component::Normal(".git".as_ref())) {
            return Ok(Stood::Today);
        }
        match self.past.place(path) {
            Some((snapshot, below)) => snapshot.stood(&below).map_err(io::Error::other),
            None => Ok(Stood::Today),
        }
    }

    fn kind_by(&self, path: &Path, today: impl Fn(&dyn Files) -> io::Result<Kind>) -> io::Result<Kind> {
        match self.stood(path)? {
            Stood::Today => today(self.now),
            Stood::Text(_) | Stood::Blob(..) => Ok(Kind::File),
            Stood::Directory => Ok(Kind::Directory),
            Stood::Nothing => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

impl Files for Revision<'_> {
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
        match self.stood(path)? {
            Stood::Today => self.now.read(path, most),
            Stood::Text(text) if text.len() as u64 > most => Err(ReadError::TooLarge(most)),
            Stood::Text(text) => Ok(text.to_owned()),
            Stood::Blob(root, oid) => blob(Git { root }, oid, most),
            Stood::Directory => Err(ReadError::NotAFile(Kind::Directory.describe())),
            Stood::Nothing => Err(io::Error::from(io::ErrorKind::NotFound).into()),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        self.kind_by(path, |now| now.kind(path))
    }

    fn target(&self, path: &Path) -> io::Result<Kind> {
        self.kind_by(path, |now| now.target(path))
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<io::Result<Entry>>> {
        match self.stood(directory)? {
            Stood::Today => self.now.list(directory),
            Stood::Directory => match self.past.place(directory) {
                Some((snapshot, below)) => {
                    let children = snapshot.children(&below).map_err(io::Error::other)?;
                    let entry =
                        |(name, kind): (String, Kind)| Ok(Entry { name: path_of(&name).into_os_string(), kind });
                    Ok(children.into_iter().map(entry).collect())
                }
                None => Ok(Vec::new()),
            },
            Stood::Text(_) | Stood::Blob(..) => Err(io::ErrorKind::NotADirectory.into()),
            Stood::Nothing => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        match self.stood(path)? {
            Stood::Today => self.now.resolve(path),
            Stood::Nothing => Err(io::ErrorKind::NotFound.into()),
            _ => nearest(self.now, path).ok_or_else(|| io::ErrorKind::NotFound.into()),
        }
    }

    fn commit(&self, root: &Path) -> Option<&str> {
        let snapshot = self.past.snapshots.iter().find(|snapshot| snapshot.root == root)?;
        Some(&snapshot.commit)
    }
}

fn blob(git: Git<'_>, oid: &str, most: u64) -> Result<Vec<u8>, ReadError> {
    let size = git.sizes(&[oid]).map_err(io::Error::other)?.first().copied().unwrap_or(0);
    if size > most {
        return Err(ReadError::TooLarge(most));
    }
    Ok(git.blobs(&[oid]).map_err(io::Error::other)?.pop().unwrap_or_default())
}

impl Past {
    /// The repository that a path lies in, the innermost of those asked, and the path as seen from its root.
    fn place(&self, path: &Path) -> Option<(&RepositoryAt, String)> {
        let name = full(path);
        let places = self.snapshots.iter().filter_map(|snapshot| Some((snapshot, snapshot.view.below(&name)?)));
        places.max_by_key(|(snapshot, _)| snapshot.root.components().count())
    }
}

impl RepositoryAt {
    fn stood(&self, below: &str) -> Result<Stood<'_>, String> {
        if let Some(text) = self.other.get(below) {
            return Ok(Stood::Text(text));
        }
        if self.links.contains(below) {
            return Ok(Stood::Today);
        }
        if self.held.contains(below) {
            return self.held(below);
        }
        if below.is_empty() || has_below(&self.held, below) {
            return Ok(Stood::Directory);
        }
        if self.is_asked(below) {
            return Ok(Stood::Nothing);
        }
        let rest = self.rest()?;
        Ok(match rest.get(below) {
            Some(entry) if entry.kind == git::Kind::File => Stood::Blob(&self.root, &entry.oid),
            Some(_) => Stood::Today,
            None if first_below(rest.range(format!("{below}/")..).map(|(name, _)| name), below) => Stood::Directory,
            None => Stood::Nothing,
        })
    }

    /// What stood at a name that is held and has no other text: what stands there today, if that was looked at, or its blob.
    fn held(&self, below: &str) -> Result<Stood<'_>, String> {
        if walk::is_candidate(Path::new(below)) {
            return Ok(Stood::Today);
        }
        // Those of submodules are not among what the commit itself holds.
        let entry = self.rest()?.get(below);
        Ok(entry.map_or(Stood::Today, |entry| Stood::Blob(&self.root, &entry.oid)))
    }

    /// Whether all that was at a path is known from the start.
    fn is_asked(&self, below: &str) -> bool {
        let is_at = |name: &String| {
            below.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.names.as_ref().is_none_or(|names| names.iter().any(is_at))
    }

    /// All that the commit holds, by name; git is asked at the first need.
    fn rest(&self) -> Result<&BTreeMap<String, git::Entry>, String> {
        let ask = || {
            let entries = Git { root: &self.root }.tree(&self.commit, &[])?;
            Ok(entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect())
        };
        self.rest.get_or_init(ask).as_ref().map_err(Clone::clone)
    }

    /// What a directory held: names and kinds.
    fn children(&self, below: &str) -> Result<BTreeMap<String, Kind>, String> {
        let prefix = if below.is_empty() { String::new() } else { format!("{below}/") };
        let mut children = BTreeMap::new();
        let mut take = |name: &String, kind: Kind| {
            let Some(rest) = name.strip_prefix(&prefix) else { return false };
            match rest.split_once('/') {
                Some((first, _)) => children.insert(first.to_owned(), Kind::Directory),
                None => children.insert(rest.to_owned(), kind),
            };
            true
        };
        if self.is_asked(below) {
            self.held.range(prefix.clone()..).take_while(|name| take(name, Kind::File)).for_each(drop);
            self.links.range(prefix.clone()..).take_while(|name| take(name, Kind::Link)).for_each(drop);
        } else {
            let kind = |entry: &git::Entry| match entry.kind {
                git::Kind::File => Kind::File,
                git::Kind::Link => Kind::Link,
                git::Kind::Submodule => Kind::Directory,
            };
            let rest = self.rest()?.range(prefix.clone()..);
            rest.take_while(|(name, entry)| take(name, kind(entry))).for_each(drop);
        }
        Ok(children)
    }
}

fn has_below(names: &BTreeSet<String>, directory: &str) -> bool {
    first_below(names.range(format!("{directory}/")..), directory)
}

/// Whether the first of sorted names lies below a directory.
fn first_below<'n>(mut names: impl Iterator<Item = &'n String>, directory: &str) -> bool {
    names.next().and_then(|name| name.strip_prefix(directory)).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::process::Command;

    use super::*;
    use crate::files::Disk;
    use crate::revision::Question;

    fn git(folder: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(identity).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
        assert!(command.status().expect("git runs").success(), "{arguments:?}");
    }

    fn names(files: &dyn Files, directory: &Path) -> Vec<(String, Kind)> {
        let listed = files.list(directory).expect("a directory").into_iter().flatten();
        let mut names: Vec<_> = listed.map(|entry| (entry.name.to_string_lossy().into_owned(), entry.kind)).collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names
    }

    #[test]
    fn files_are_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Disk.resolve(folder.path()).expect("it is there");
        let write = |name: &str, text: &str| {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        git(&root, &["init", "-q", "-b", "main"]);
        for (name, text) in [("a/same.yaml", "same"), ("a/other.yaml", "then"), ("a/b/gone.yaml", "gone"), ("c/d", "d")]
        {
            write(name, text);
        }
        git(&root, &["add", "-A"]);
        git(&root, &["commit", "-q", "-m", "state"]);
        write("a/other.yaml", "now");
        write("a/new.yaml", "new");
        fs::remove_dir_all(root.join("a/b")).expect("it goes");
        fs::remove_dir_all(root.join("c")).expect("it goes");

        for path in [root.clone(), root.join("a")] {
            let question = Question { paths: &[path], file: None, above: &[], whole: false };
            let past = Past::ask(&question, "HEAD").expect("git answers");
            let then = Revision::new(&past, &Disk);
            let read = |name: &str| {
                then.read(&root.join(name), 9).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            };
            let texts = ["a/same.yaml", "a/other.yaml", "a/b/gone.yaml", "a/new.yaml", "a"].map(read);
            let expected = [Some("same"), Some("then"), Some("gone"), None, None];
            assert_eq!(texts, expected.map(|text| text.map(str::to_owned)));
            assert!(then.is_directory(&root.join("a/b")) && then.is_directory(&root) && !then.exists(&root.join("x")));
            assert_eq!(then.resolve(&root.join("a/b/gone.yaml")).ok(), Some(root.join("a/b/gone.yaml")));
            let (file, directory) = (Kind::File, Kind::Directory);
            let all = [("b", directory), ("other.yaml", file), ("same.yaml", file)];
            assert_eq!(names(&then, &root.join("a")), all.map(|(name, kind)| (name.to_owned(), kind)));
            assert_eq!(then.commit(&root), Some(past.commit.as_str()));
            // Git's own folder, and what lies elsewhere, is that of today.
            assert!(then.is_directory(&root.join(".git")) && then.is_directory(&std::env::temp_dir()));
            assert!(matches!(then.read(&root.join("a/other.yaml"), 3), Err(ReadError::TooLarge(3))));
            assert_eq!(then.read(&root.join("c/d"), 9).expect("what no run reads is there, too"), b"d");
        }
        let question = Question { paths: &[root.join("a")], file: None, above: &[], whole: false };
        let past = Past::ask(&question, "HEAD").expect("git answers");
        let then = Revision::new(&past, &Disk);
        assert_eq!(names(&then, &root.join("c")), [("d".to_owned(), Kind::File)]);
        assert_eq!(names(&then, &root), ["a", "c"].map(|name| (name.to_owned(), Kind::Directory)));
    }
}
