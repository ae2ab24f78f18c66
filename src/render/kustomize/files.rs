//! The door to files.
//!
//! In: paths, with `/`, relative to the top of what may be read (a repository, or a file system). Out: what lies there. A
//! build reads through this alone, so that what it sees may be a disk, a revision or a memory.

use std::path::PathBuf;
use std::sync::Arc;

use super::parsed::Parsed;
use crate::files;
use crate::source::{Source, SourceId};

/// What lies at a path, links followed: its true path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A file.
    File(String),
    /// A folder.
    Folder(String),
}

/// A file's text; and its bytes, where they are no text.
pub type Text = (Source, Option<Arc<[u8]>>);

/// Files and folders below one top.
pub trait Files {
    /// Follows a path, links and `..` in it included.
    ///
    /// # Errors
    /// A message, where nothing lies there, or it lies outside the top.
    fn find(&self, path: &str) -> Result<Found, String>;

    /// The bytes of a file, by its true path.
    ///
    /// # Errors
    /// A message.
    fn read(&self, path: &str) -> Result<Vec<u8>, String>;

    /// A file as a source; and its bytes, where they are no text.
    ///
    /// # Errors
    /// A message.
    fn source(&self, id: SourceId, path: &str) -> Result<Text, String> {
        let bytes = self.read(path)?;
        let binary = std::str::from_utf8(&bytes).is_err().then(|| Arc::from(bytes.as_slice()));
        Ok((Source::from_bytes(id, self.name(path), bytes), binary))
    }

    /// Whether git would not look at a path, so that what ought to lie there may lie elsewhere.
    fn is_ignored(&self, _path: &str) -> bool {
        false
    }

    /// The name that users know a true path by.
    fn name(&self, path: &str) -> String;

    /// What other roots that read these files have read, parsed and built.
    fn parsed(&self) -> Option<&Parsed> {
        None
    }

    /// The door behind these files, and where a true path lies there; for what reads folders as a whole.
    fn door(&self, _path: &str) -> Option<(&dyn files::Files, PathBuf)> {
        None
    }
}

/// `a` and `b` joined, `.` and `..` taken out. `None` where that leads out of the top.
pub fn join(a: &str, b: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let absolute = b.starts_with('/');
    let first = if absolute { "" } else { a };
    for part in first.split('/').chain(b.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path is a folder or lies below it.
pub fn is_within(path: &str, folder: &str) -> bool {
    let rest = path.strip_prefix(folder);
    folder.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a path names something on another machine.
pub fn is_remote(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let schemes = ["http://", "https://", "ssh://", "git::", "git@", "file://", "github.com/", "github.com:", "gh:"];
    schemes.iter().any(|scheme| lower.starts_with(scheme)) || (lower.contains(".git") && lower.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("a", "../.."), None);
        assert!(is_within("a/b", "a") && is_within("a", "a") && !is_within("ab", "a") && is_within("x", ""));
    }
}
