//! What stands on disk, held against what a revision holds.
//!
//! In: a repository, and entries of a commit. Out: whether a file is as the entry says.
//!
//! Git would ask the filters that the repository's configuration names, which are programs. So git is asked for the index
//! alone: a file that was not touched since git wrote it or last looked at it is as the index says, whatever filters there
//! are. What was touched is read here and held against the blob itself.

use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use crate::files::{Disk, Files, disk};
use crate::git::{Entry, Git, Staged, Stat};

/// A working tree, and what git knows of it.
pub(super) struct WorkTree<'r> {
    root: &'r Path,
    index: FxHashMap<PathBuf, Staged>,
    /// When the index was written, if that can be told: a file of that moment or later may have changed unseen.
    written: Option<(i64, i64)>,
}

impl<'r> WorkTree<'r> {
    /// Reads the index, of the files at or below some names.
    pub(super) fn read(git: Git<'r>, below: &[String]) -> Result<Self, String> {
        // First, so that an index written meanwhile counts as an older one.
        let index = git.index_file()?;
        let written = disk::open(&index).and_then(|index| index.metadata()).ok().and_then(|found| modified(&found));
        let index = git.index(below)?.into_iter().map(|staged| (staged.path.clone(), staged)).collect();
        Ok(Self { root: git.root, index, written })
    }

    /// Whether a file is as an entry says by what the index says alone; nothing where its text has to be looked at.
    pub(super) fn tells(&self, entry: &Entry) -> Option<bool> {
        let staged = self.index.get(&entry.path)?;
        let same = staged.oid == entry.oid;
        if staged.fixed {
            return Some(same);
        }
        (same && self.is_untouched(staged)).then_some(true)
    }

    fn is_untouched(&self, staged: &Staged) -> bool {
        let (Some(stat), Some(written)) = (staged.stat, self.written) else { return false };
        let Ok(found) = disk::status(&self.root.join(&staged.path)) else { return false };
        let settled = modified(&found).is_some_and(|modified| modified < written);
        found.is_file() && settled && now(&found) == Some(stat)
    }

    /// Whether a file's text is what a blob becomes on disk.
    pub(super) fn holds(&self, entry: &Entry, blob: &[u8]) -> bool {
        let path = self.root.join(&entry.path);
        if !Disk.is_real_file(&path) {
            return false;
        }
        is_checked_out(&path, blob).unwrap_or(false)
    }
}

fn is_checked_out(path: &Path, blob: &[u8]) -> io::Result<bool> {
    let size = disk::status(path)?.len();
    if let Some(pointer) = Pointer::read(blob)
        && pointer.size == size
        && pointer.is_for(disk::open(path)?)?
    {
        return Ok(true);
    }
    // A line end takes one byte more at most.
    let most = blob.len() as u64 * 2;
    if size > most {
        return Ok(false);
    }
    let mut text = Vec::new();
    disk::open(path)?.take(most + 1).read_to_end(&mut text)?;
    Ok(text == blob || is_with_crlf(&text, blob))
}

/// Whether a text is another one with CRLF for each of its LFs, as `core.autocrlf` and the attribute `eol` write it.
fn is_with_crlf(text: &[u8], plain: &[u8]) -> bool {
    let lines = memchr::memchr_iter(b'\n', plain).count();
    if text.len() != plain.len() + lines || memchr::memchr(b'\r', plain).is_some() {
        return false;
    }
    let (mut ours, mut theirs) = (text.split(|&byte| byte == b'\n'), plain.split(|&byte| byte == b'\n').peekable());
    while let Some(line) = theirs.next() {
        let last = theirs.peek().is_none();
        let found = ours.next().and_then(|found| if last { Some(found) } else { found.strip_suffix(b"\r") });
        if found != Some(line) {
            return false;
        }
    }
    true
}

/// What Git LFS keeps in place of a text.
struct Pointer {
    sha256: String,
    size: u64,
}

impl Pointer {
    fn read(blob: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(blob.get(..blob.len().min(1024))?).ok()?;
        let rest = text.strip_prefix("version https://git-lfs.github.com/spec/v1\n")?;
        let value = |key: &str| rest.lines().find_map(|line| line.strip_prefix(key));
        let sha256 = value("oid sha256:")?.to_owned();
        Some(Self { sha256, size: value("size ")?.parse().ok()? })
    }

    fn is_for(&self, file: File) -> io::Result<bool> {
        let (mut hash, mut rest, mut buffer) = (Sha256::new(), file.take(self.size), [0; 16 << 10]);
        loop {
            match rest.read(&mut buffer)? {
                0 => break,
                read => hash.update(&buffer[..read]),
            }
        }
        let found: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(found == self.sha256)
    }
}

#[cfg(unix)]
fn modified(found: &Metadata) -> Option<(i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((found.mtime(), found.mtime_nsec()))
}

/// What the index would keep of a file; git cuts every number off at 32 bits.
#[cfg(unix)]
fn now(found: &Metadata) -> Option<Stat> {
    use std::os::unix::fs::MetadataExt;
    Some(Stat {
        changed: (found.ctime() as u32, found.ctime_nsec() as u32),
        modified: (found.mtime() as u32, found.mtime_nsec() as u32),
        inode: found.ino() as u32,
        size: found.size() as u32,
    })
}

#[cfg(not(unix))]
fn modified(_: &Metadata) -> Option<(i64, i64)> {
    None
}

#[cfg(not(unix))]
fn now(_: &Metadata) -> Option<Stat> {
    None
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_checkout_may_write_other_line_ends() {
        assert!(is_with_crlf(b"a\r\nb\r\n", b"a\nb\n"));
        assert!(is_with_crlf(b"a\r\nb", b"a\nb"));
        for (text, plain) in [("a\r\nb\n", "a\nb\n"), ("a\rb\n", "ab\n"), ("a\r\nc", "a\nb"), ("a\r\r\n", "a\r\n")] {
            assert!(!is_with_crlf(text.as_bytes(), plain.as_bytes()), "{text:?}");
        }
    }

    #[test]
    fn a_pointer_stands_for_a_text() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a.yaml");
        let pointer = |oid: &str, size: u32| {
            format!("version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {size}\n").into_bytes()
        };
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        fs::write(&path, "abc").expect("a file");
        assert!(is_checked_out(&path, &pointer(abc, 3)).expect("it reads"));
        assert!(!is_checked_out(&path, &pointer(abc, 4)).expect("it reads"));
        fs::write(&path, "abd").expect("a file");
        assert!(!is_checked_out(&path, &pointer(abc, 3)).expect("it reads"));
        // Not smudged: the pointer itself is on disk.
        fs::write(&path, pointer(abc, 3)).expect("a file");
        assert!(is_checked_out(&path, &pointer(abc, 3)).expect("it reads"));
    }
}
