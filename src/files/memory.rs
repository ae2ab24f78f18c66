//! Files that are in memory alone.
//!
//! In: paths and bytes, put there by whoever makes the tree. Out: a tree of files without links, whose working directory is
//! its top, `/`.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};

use super::door::{Entry, Files, Kind};
use super::read::ReadError;

/// A tree of files in memory.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// By their absolute paths, without `.` and `..`.
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    /// Puts a file at a path, in place of one that is there.
    pub fn put(&mut self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(absolute(path.as_ref()), bytes.into());
    }

    /// Takes a file away.
    pub fn remove(&mut self, path: &Path) {
        self.files.remove(&absolute(path));
    }

    /// The files below an absolute path, which is not among them.
    fn below<'f>(&'f self, directory: &'f Path) -> impl Iterator<Item = &'f Path> {
        let from =
            self.files.range::<Path, _>((Bound::Included(directory), Bound::Unbounded)).map(|(path, _)| path.as_path());
        let below = from.map_while(move |path| path.strip_prefix(directory).ok());
        below.filter(|rest| !rest.as_os_str().is_empty())
    }
}

impl<P: AsRef<Path>, B: Into<Vec<u8>>> FromIterator<(P, B)> for Memory {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut memory = Self::default();
        files.into_iter().for_each(|(path, bytes)| memory.put(path, bytes));
        memory
    }
}

impl Files for Memory {
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
        match self.files.get(&absolute(path)) {
            Some(bytes) if bytes.len() as u64 > most => Err(ReadError::TooLarge(most)),
            Some(bytes) => Ok(bytes.clone()),
            None => Err(self.kind(path).map_or_else(ReadError::Io, |kind| ReadError::NotAFile(kind.describe()))),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        let path = absolute(path);
        if self.files.contains_key(&path) {
            return Ok(Kind::File);
        }
        let is_directory = path == Path::new("/") || self.below(&path).next().is_some();
        if is_directory { Ok(Kind::Directory) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn target(&self, path: &Path) -> io::Result<Kind> {
        self.kind(path)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<io::Result<Entry>>> {
        if self.kind(directory)? != Kind::Directory {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        let directory = absolute(directory);
        let mut entries: Vec<io::Result<Entry>> = Vec::new();
        let mut last = None;
        for rest in self.below(&directory) {
            let mut parts = rest.components();
            let name = parts.next().map(|part| part.as_os_str().to_owned()).unwrap_or_default();
            let kind = if parts.next().is_some() { Kind::Directory } else { Kind::File };
            // Paths are sorted by their components: those below one directory stand together.
            if last.as_ref() != Some(&name) {
                last = Some(name.clone());
                entries.push(Ok(Entry { name, kind }));
            }
        }
        Ok(entries)
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.kind(path)?;
        Ok(absolute(path))
    }
}

/// A path from the top, without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    let mut absolute = PathBuf::from("/");
    for part in path.components() {
        match part {
            Component::Normal(name) => absolute.push(name),
            Component::ParentDir => drop(absolute.pop()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    absolute
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Overlay, nearest};

    fn names(files: &dyn Files, directory: &str) -> Vec<(String, Kind)> {
        let listed = files.list(Path::new(directory)).expect("a directory").into_iter().flatten();
        let mut names: Vec<_> = listed.map(|entry| (entry.name.to_string_lossy().into_owned(), entry.kind)).collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names
    }

    #[test]
    fn a_tree_in_memory_is_a_tree() {
        let memory: Memory = [("a/b.yaml", "b"), ("a/c/d.yaml", "d"), ("a-b.yaml", "")].into_iter().collect();
        assert_eq!(memory.read(Path::new("./a/c/../b.yaml"), 9).expect("it is there"), b"b");
        assert!(matches!(memory.read(Path::new("a/b.yaml"), 0), Err(ReadError::TooLarge(0))));
        assert!(matches!(memory.read(Path::new("a"), 9), Err(ReadError::NotAFile("a directory, not a file"))));
        assert!(matches!(memory.read(Path::new("x"), 9), Err(ReadError::Io(_))));
        assert_eq!(memory.kind(Path::new("/a")).ok(), Some(Kind::Directory));
        assert!(memory.is_real_file(Path::new("/a/b.yaml")) && memory.is_directory(Path::new(".")));
        let (file, directory) = (Kind::File, Kind::Directory);
        assert_eq!(names(&memory, ""), [("a".to_owned(), directory), ("a-b.yaml".to_owned(), file)]);
        assert_eq!(names(&memory, "a"), [("b.yaml".to_owned(), file), ("c".to_owned(), directory)]);
        assert!(memory.list(Path::new("a/b.yaml")).is_err() && memory.resolve(Path::new("x")).is_err());
        assert_eq!(nearest(&memory, Path::new("a/x/y")), Some("/a/x/y".into()));
        let mut less = memory.clone();
        less.remove(Path::new("a/c/d.yaml"));
        assert!(memory.exists(Path::new("a/c")) && !less.exists(Path::new("a/c")));
    }

    #[test]
    fn texts_lie_over_files() {
        let memory: Memory = [("a/b.yaml", "b"), ("a/c.yaml", "c")].into_iter().collect();
        let texts: [(&str, &[u8]); 3] = [("a/b.yaml", b"new"), ("a/d/e.yaml", b"e"), ("a/d/e.yaml", b"later")];
        let over = Overlay::new(&memory, texts);
        let read =
            |path: &str| over.read(Path::new(path), 9).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        assert_eq!(read("./a/b.yaml").as_deref(), Some("new"));
        assert_eq!(read("a/c.yaml").as_deref(), Some("c"));
        assert_eq!(read("a/d/e.yaml").as_deref(), Some("later"));
        assert_eq!(read("a/x.yaml"), None);
        assert!(matches!(over.read(Path::new("a/b.yaml"), 2), Err(ReadError::TooLarge(2))));
        assert!(over.is_directory(Path::new("a/d")) && over.is_file(Path::new("a/d/e.yaml")));
        assert!(!over.exists(Path::new("a/x")) && over.list(Path::new("a/x")).is_err());
        let (file, directory) = (Kind::File, Kind::Directory);
        let all = [("b.yaml".to_owned(), file), ("c.yaml".to_owned(), file), ("d".to_owned(), directory)];
        assert_eq!(names(&over, "a"), all);
        assert_eq!(names(&over, "."), [("a".to_owned(), directory)]);
        assert_eq!(over.resolve(Path::new("a/d/e.yaml")).ok(), Some("/a/d/e.yaml".into()));
    }
}
