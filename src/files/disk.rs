//! The disk.
//!
//! In: paths. Out: what the operating system says of them.

use std::fs::{self, File, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use super::door::{Entry, Files, Kind};
use super::read::{self, ReadError};

/// The door to the disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
        read::read(path, most)
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        fs::symlink_metadata(path).map(|found| kind(found.file_type()))
    }

    fn target(&self, path: &Path) -> io::Result<Kind> {
        fs::metadata(path).map(|found| kind(found.file_type()))
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<io::Result<Entry>>> {
        let entry = |entry: fs::DirEntry| Ok(Entry { kind: kind(entry.file_type()?), name: entry.file_name() });
        Ok(fs::read_dir(directory)?.map(|found| found.and_then(entry)).collect())
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }
}

/// What the system keeps of a file beside its bytes; links are not followed. For git's index, which speaks of the disk alone.
///
/// # Errors
/// Nothing lies there, or nobody may look.
pub fn status(path: &Path) -> io::Result<Metadata> {
    fs::symlink_metadata(path)
}

/// Opens a file to be read piece by piece, without waiting for the other end of a pipe.
///
/// # Errors
/// It cannot be opened.
pub fn open(path: &Path) -> io::Result<File> {
    read::open(path)
}

/// What something is.
pub(super) fn kind(found: FileType) -> Kind {
    match found {
        found if found.is_file() => Kind::File,
        found if found.is_dir() => Kind::Directory,
        found if found.is_symlink() => Kind::Link,
        found => Kind::Other(special(found)),
    }
}

/// What something is that is neither a file nor a directory, as a person would call it.
fn special(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return "a named pipe, not a file";
        }
        if kind.is_socket() {
            return "a socket, not a file";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device, not a file";
        }
    }
    let _ = kind;
    "not a regular file"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::nearest;

    #[test]
    fn the_disk_tells_what_lies_where() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path()).expect("it is there");
        fs::create_dir(root.join("a")).expect("a folder");
        fs::write(root.join("a/b.yaml"), "b").expect("a file");
        let disk: &dyn Files = &Disk;
        assert_eq!(disk.read(&root.join("a/b.yaml"), 1).expect("it fits"), b"b");
        assert!(matches!(disk.read(&root.join("a/b.yaml"), 0), Err(ReadError::TooLarge(0))));
        assert_eq!(disk.kind(&root.join("a")).expect("it is there"), Kind::Directory);
        assert!(disk.is_real_file(&root.join("a/b.yaml")) && !disk.exists(&root.join("c")));
        let listed: Vec<_> = disk.list(&root).expect("a folder").into_iter().flatten().collect();
        assert_eq!(listed, [Entry { name: "a".into(), kind: Kind::Directory }]);
        assert_eq!(nearest(disk, &root.join("a/c/d")), Some(root.join("a/c/d")));
        assert!(disk.list(&root.join("a/b.yaml")).is_err() && disk.resolve(&root.join("c")).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_where_that_is_asked() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(folder.path()).expect("it is there");
        fs::write(root.join("b.yaml"), "b").expect("a file");
        std::os::unix::fs::symlink("b.yaml", root.join("l.yaml")).expect("a link");
        let link = root.join("l.yaml");
        assert_eq!((Disk.kind(&link).ok(), Disk.target(&link).ok()), (Some(Kind::Link), Some(Kind::File)));
        assert!(Disk.is_file(&link) && !Disk.is_real_file(&link));
        assert_eq!(Disk.resolve(&link).ok(), Some(root.join("b.yaml")));
    }
}
