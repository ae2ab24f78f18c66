//! The door to files: all that is ever asked of them.
//!
//! In: a path, absolute or relative to the working directory. Out: what lies there. Everything that reads is handed a door, so
//! that the same run can be made over the disk, over texts that are laid over it, over a git revision and over what is in
//! memory alone.

use std::ffi::OsString;
use std::fmt::Debug;
use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::Disk;
use super::read::ReadError;

/// What lies at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link; only where links are not followed.
    Link,
    /// Something else, as a person would call it.
    Other(&'static str),
}

impl Kind {
    /// What a thing is that is read as a file and is none.
    pub fn describe(self) -> &'static str {
        match self {
            Kind::Other(what) => what,
            Kind::Directory => "a directory, not a file",
            Kind::File | Kind::Link => "not a regular file",
        }
    }
}

/// What a directory holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the directory.
    pub name: OsString,
    /// What it is; links are not followed.
    pub kind: Kind,
}

/// Files and directories, wherever they are.
pub trait Files: Debug + Send + Sync {
    /// The bytes of a file, links followed.
    ///
    /// # Errors
    /// There is none, it cannot be read, or it has more bytes than `most`.
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, ReadError>;

    /// What lies at a path; a link at its end is not followed.
    ///
    /// # Errors
    /// Nothing lies there, or nobody may look.
    fn kind(&self, path: &Path) -> io::Result<Kind>;

    /// What a path leads to, links followed.
    ///
    /// # Errors
    /// Nothing lies there, or nobody may look.
    fn target(&self, path: &Path) -> io::Result<Kind>;

    /// What a directory holds, in any order.
    ///
    /// # Errors
    /// It cannot be opened; or, for an entry, it cannot be told what it is.
    fn list(&self, directory: &Path) -> io::Result<Vec<io::Result<Entry>>>;

    /// The absolute path of what is there, links resolved. That of `.` is the working directory.
    ///
    /// # Errors
    /// Nothing lies there, or nobody may look.
    fn resolve(&self, path: &Path) -> io::Result<PathBuf>;

    /// The commit whose files these are, in the repository at a root; nothing where they are those of today.
    fn commit(&self, _root: &Path) -> Option<&str> {
        None
    }

    /// Whether something lies at a path, links followed.
    fn exists(&self, path: &Path) -> bool {
        self.target(path).is_ok()
    }

    /// Whether a path leads to a file.
    fn is_file(&self, path: &Path) -> bool {
        self.target(path).is_ok_and(|kind| kind == Kind::File)
    }

    /// Whether a path leads to a directory.
    fn is_directory(&self, path: &Path) -> bool {
        self.target(path).is_ok_and(|kind| kind == Kind::Directory)
    }

    /// Whether an absolute path is a file's own: not that of a link, and with no link on the way.
    fn is_real_file(&self, path: &Path) -> bool {
        self.kind(path).is_ok_and(|kind| kind == Kind::File) && self.resolve(path).is_ok_and(|found| found == path)
    }
}

/// An absolute path, links resolved; where the file is not there (it is yet to be written, or went), that of the nearest
/// folder above it that is, with the rest behind it.
pub fn nearest(files: &dyn Files, path: &Path) -> Option<PathBuf> {
    let mut behind = Vec::new();
    for above in path.ancestors() {
        let above = if above.as_os_str().is_empty() { Path::new(".") } else { above };
        if let Ok(mut found) = files.resolve(above) {
            found.extend(behind.iter().rev());
            return Some(found);
        }
        behind.push(above.file_name()?.to_owned());
    }
    None
}

/// A door that is kept: by default, that to the disk.
#[derive(Debug, Clone)]
pub struct Door(Arc<dyn Files>);

impl Door {
    /// Keeps a door.
    pub fn new(files: impl Files + 'static) -> Self {
        Self(Arc::new(files))
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new(Disk)
    }
}

impl Deref for Door {
    type Target = dyn Files;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}
