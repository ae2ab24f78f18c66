//! What git prints, taken apart.
//!
//! In: bytes that git printed. Out: names, entries of trees and of the index, blobs. What does not read as expected is left
//! out, or ends the list; nothing here trusts a number.

use crate::files::name::of_bytes;
use std::path::{Component, Path, PathBuf};

/// A file, or a submodule, that a revision holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Relative to the repository's root, as reports show it.
    pub name: String,
    /// The same, as it is.
    pub path: PathBuf,
    /// The blob, or the submodule's commit.
    pub oid: String,
    /// What it is.
    pub kind: Kind,
}

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    File,
    Link,
    Submodule,
}

/// A file in the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Staged {
    pub path: PathBuf,
    pub oid: String,
    /// The user told git not to look at the file on disk (a sparse checkout, `--assume-unchanged`).
    pub fixed: bool,
    /// What the file on disk was like when git last saw that it holds the blob.
    pub stat: Option<Stat>,
}

/// What tells that a file is still the same, as the index keeps it: whole seconds and what is left of them in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat {
    pub changed: (u32, u32),
    pub modified: (u32, u32),
    pub inode: u32,
    pub size: u32,
}

/// The names of a listing with zero bytes between them (`-z`).
pub(super) fn names(listing: &[u8]) -> impl Iterator<Item = &[u8]> {
    listing.split(|&byte| byte == 0).filter(|name| !name.is_empty())
}

/// A name that stays below the root it is relative to. Git never writes another one into an index or a tree; someone else may.
pub(super) fn below(name: &[u8]) -> Option<PathBuf> {
    let path = path(name);
    is_below(&path).then_some(path)
}

fn is_below(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

/// A name as a path.
#[cfg(unix)]
pub(super) fn path(name: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(name).into()
}

/// A name as a path.
#[cfg(not(unix))]
pub(super) fn path(name: &[u8]) -> PathBuf {
    String::from_utf8_lossy(name).into_owned().into()
}

/// An entry of a tree: `MODE TYPE OID<tab>NAME`.
pub(super) fn entry(line: &[u8]) -> Option<Entry> {
    let (meta, name) = at_tab(line)?;
    let mut meta = meta.split(' ');
    let (mode, _, oid) = (meta.next()?, meta.next()?, meta.next()?);
    let kind = match mode {
        "120000" => Kind::Link,
        "160000" => Kind::Submodule,
        _ => Kind::File,
    };
    Some(Entry { name: of_bytes(name), path: below(name)?, oid: oid.to_owned(), kind })
}

/// All of the index: `TAG MODE OID STAGE<tab>NAME<zero>`, each with some lines about the file behind it. Files that are in
/// conflict, and so have several entries, are left out.
pub(super) fn index(mut rest: &[u8]) -> Vec<Staged> {
    let mut all = Vec::new();
    while let Some(end) = memchr::memchr(0, rest) {
        let (line, behind) = (&rest[..end], &rest[end + 1..]);
        let (stat, behind) = stat(behind);
        all.extend(staged(line, stat));
        rest = behind;
    }
    all
}

fn staged(line: &[u8], stat: Option<Stat>) -> Option<Staged> {
    let (meta, name) = at_tab(line)?;
    let mut meta = meta.split(' ');
    let (tag, _, oid, stage) = (meta.next()?, meta.next()?, meta.next()?, meta.next()?);
    let fixed = tag.eq_ignore_ascii_case("S") || tag.bytes().all(|byte| byte.is_ascii_lowercase());
    if stage != "0" {
        return None;
    }
    Some(Staged { path: below(name)?, oid: oid.to_owned(), fixed, stat })
}

/// What `--debug` prints behind a name: five lines that begin with spaces, which no entry does.
fn stat(text: &[u8]) -> (Option<Stat>, &[u8]) {
    let (mut numbers, mut rest) = (Vec::with_capacity(12), text);
    while let (true, Some(end)) = (rest.starts_with(b"  "), memchr::memchr(b'\n', rest)) {
        let line = String::from_utf8_lossy(&rest[..end]);
        let words = line.split([' ', ':', '\t']).map(|word| word.parse::<u32>().ok());
        numbers.extend(words.flatten());
        rest = &rest[end + 1..];
    }
    // ctime and mtime (two numbers each), dev, ino, uid, gid, size; the flags behind them are not decimal.
    let stat = match numbers[..] {
        [c, c_rest, m, m_rest, _, inode, _, _, size, ..] => {
            Some(Stat { changed: (c, c_rest), modified: (m, m_rest), inode, size })
        }
        _ => None,
    };
    (stat, rest)
}

fn at_tab(line: &[u8]) -> Option<(&str, &[u8])> {
    let tab = memchr::memchr(b'\t', line)?;
    Some((std::str::from_utf8(&line[..tab]).ok()?, &line[tab + 1..]))
}

/// The size in a line of `cat-file`: `OID TYPE SIZE`.
pub(super) fn size(line: &[u8]) -> Option<u64> {
    std::str::from_utf8(line).ok()?.rsplit(' ').next()?.parse().ok()
}

/// `OID TYPE SIZE<newline>BYTES<newline>`, again and again; ends at the first that git has not.
pub(super) fn batch(mut rest: &[u8]) -> Vec<Vec<u8>> {
    let mut blobs = Vec::new();
    while let Some(end) = memchr::memchr(b'\n', rest) {
        let (line, behind) = (&rest[..end], &rest[end + 1..]);
        let blob = size(line).and_then(|size| behind.get(..usize::try_from(size).ok()?));
        let Some(blob) = blob else { break };
        blobs.push(blob.to_owned());
        rest = behind.get(blob.len() + 1..).unwrap_or_default();
    }
    blobs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_are_taken_apart() {
        let line = b"100644 blob 1234\tfolder of mine/a\nb.yaml";
        let name = "folder of mine/a\nb.yaml";
        let found = Entry { name: name.into(), path: name.into(), oid: "1234".into(), kind: Kind::File };
        assert_eq!(entry(line), Some(found));
        assert_eq!(entry(b"160000 commit 1234\tcharts").map(|entry| entry.kind), Some(Kind::Submodule));
        assert_eq!(entry(b""), None);
        assert_eq!(entry(b"100644 blob 1234\ta/../../b.yaml"), None);
        assert_eq!(entry(b"100644 blob 1234\t/etc/b.yaml"), None);
    }

    #[test]
    fn batches_are_taken_apart() {
        assert_eq!(batch(b"1 blob 3\na\nb\n2 blob 0\n\n"), [b"a\nb".to_vec(), Vec::new()]);
        assert_eq!(batch(b"1 blob 1\na\n2 missing\n"), [b"a".to_vec()]);
        assert_eq!(batch(b"1 blob 18446744073709551615\na\n"), [b""; 0]);
        assert_eq!(size(b"1 blob 7"), Some(7));
        assert_eq!(size(b"1 missing"), None);
    }

    const DEBUG: &str =
        "  ctime: 10:1\n  mtime: 9:2\n  dev: 65024\tino: 77\n  uid: 0\tgid: 0\n  size: 2\tflags: 40004000\n";

    #[test]
    fn the_index_is_taken_apart() {
        let text =
            format!("h 100644 12 0\ta b\n.yaml\0{DEBUG}S 100644 34 0\tc\0{DEBUG}H 100644 56 2\td\0H 100644 78 0\te\0");
        let found = index(text.as_bytes());
        let stat = Some(Stat { changed: (10, 1), modified: (9, 2), inode: 77, size: 2 });
        let staged = |path: &str, oid: &str, fixed, stat| Staged { path: path.into(), oid: oid.into(), fixed, stat };
        let want =
            [staged("a b\n.yaml", "12", true, stat), staged("c", "34", true, stat), staged("e", "78", false, None)];
        assert_eq!(found, want);
        for cut in 0..text.len() {
            index(&text.as_bytes()[..cut]);
            batch(&text.as_bytes()[..cut]);
        }
    }

    #[test]
    fn whatever_git_prints_no_name_leads_out() {
        let index_text = format!("h 100644 12 0\ta/b\0{DEBUG}S 100644 34 0\tc/d\0{DEBUG}");
        for listing in
            [index_text.as_bytes(), b"100644 blob 12\ta/b\x00160000 commit 34\tc/d\0", b"1 blob 3\na/b\n2 blob 0\n\n"]
        {
            for at in 0..listing.len() {
                for odd in [&b"\0"[..], b"\t", b" ", b"\n", b"9", b"\xff", b"/", b"..", b"\t/", b"\t../", b"  "] {
                    let text = [&listing[..at], odd, &listing[at + 1..]].concat();
                    assert!(index(&text).iter().all(|entry| is_below(&entry.path)));
                    assert!(names(&text).filter_map(entry).all(|entry| is_below(&entry.path)));
                    assert!(names(&text).filter_map(below).all(|path| is_below(&path)));
                    batch(&text);
                }
            }
        }
    }
}
