//! Writing files, as a whole or not at all.
//!
//! In: a path, what is expected to stand there, and a text. Out: the text in its place, or why not, with what stood there as it
//! was. The text goes to a file beside it first, is brought to disk, and takes the other's place by renaming: a full disk or a
//! lost process costs nothing. Permissions stay, and the owner where the system lets us.

use std::fmt;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::read::{self, ReadError, open};
use super::{describe, name};

/// Why nothing was written.
#[derive(Debug)]
pub enum WriteError {
    /// A link that leads out of the tree: where to.
    LeadsOutside(PathBuf),
    /// The file has several names.
    HardLinks,
    /// It is not what was read.
    Changed,
    /// Nobody may write to it.
    ReadOnly,
    /// There is something at the path that is no file: what.
    NotAFile(&'static str),
    /// No file can be made beside it.
    Folder(io::Error),
    /// The operating system says why.
    Io(io::Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteError::LeadsOutside(target) => {
                write!(f, "not written: a link out of the tree, to {}", name::shown(target))
            }
            WriteError::HardLinks => f.write_str("not written: the file has other hard links"),
            WriteError::Changed => f.write_str("not written: the file changed after it was read"),
            WriteError::ReadOnly => f.write_str("not written: the file is read-only"),
            WriteError::NotAFile(what) => write!(f, "not written: {what}"),
            WriteError::Folder(error) => {
                write!(f, "not written: no file can be made in its folder: {}", describe(error))
            }
            WriteError::Io(error) => f.write_str(&describe(error)),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<io::Error> for WriteError {
    fn from(error: io::Error) -> Self {
        WriteError::Io(error)
    }
}

impl From<ReadError> for WriteError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::TooLarge(_) => WriteError::Changed,
            ReadError::NotAFile(what) => WriteError::NotAFile(what),
            ReadError::Io(error) => WriteError::Io(error),
        }
    }
}

/// What is expected to stand in the place of a text.
#[derive(Debug, Clone, Copy)]
pub enum Before<'b> {
    /// These bytes, in a file that has no other name.
    Bytes(&'b [u8]),
    /// Nothing.
    Nothing,
}

/// The directories that links may be followed in.
#[derive(Debug, Default)]
pub struct Tree {
    roots: Vec<PathBuf>,
}

impl Tree {
    /// The tree below some directories.
    pub fn new(roots: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { roots: roots.into_iter().filter_map(|root| fs::canonicalize(root).ok()).collect() }
    }

    /// Where a link leads to that leads out of the tree; nothing for any other path.
    pub fn way_out(&self, path: &Path) -> Option<PathBuf> {
        match self.target(path) {
            Err(WriteError::LeadsOutside(target)) => Some(target),
            _ => None,
        }
    }

    /// Where the file lies, links followed: the file itself, or one that it leads to in the same directory of the tree. Nothing
    /// where there is no file yet.
    fn target(&self, path: &Path) -> Result<Option<PathBuf>, WriteError> {
        let meta = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found?,
        };
        let target = fs::canonicalize(path)?;
        if !meta.is_symlink() {
            return Ok(Some(target));
        }
        let folder = fs::canonicalize(folder_of(path))?;
        let holds = |root: &&PathBuf| folder.starts_with(root) && target.starts_with(root);
        let inside = target.starts_with(&folder) || self.roots.iter().any(|root| holds(&root));
        // A working tree is the user's, git's own folder is not.
        if inside && !target.iter().any(|part| part == ".git") {
            Ok(Some(target))
        } else {
            Err(WriteError::LeadsOutside(target))
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes a folder, and those above it, where they are missing.
///
/// # Errors
/// One of them cannot be made.
pub fn folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Puts a text in the place of what is expected there.
///
/// # Errors
/// Something else stands there, it is not ours to write to, or the disk has no room. Then it stays as it is.
pub fn replace(path: &Path, before: Before<'_>, after: &[u8], tree: &Tree) -> Result<(), WriteError> {
    let target = tree.target(path)?;
    match (target, before) {
        (Some(target), Before::Bytes(before)) => {
            let old = own(&target)?;
            if read::read(&target, before.len() as u64)? != before {
                return Err(WriteError::Changed);
            }
            put(&target, Some(&old), |out| out.write_all(after))
        }
        (None, Before::Nothing) => put(path, None, |out| out.write_all(after)),
        _ => Err(WriteError::Changed),
    }
}

/// Writes a report to where the user wants it: in place of any file that is there. What is no regular file (a pipe, a device,
/// `/dev/stdout`) is written to as it stands.
///
/// # Errors
/// As for [`replace`], and those of the writer.
pub fn report(path: &Path, tree: &Tree, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    let system = ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder));
    if system || fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        let mut out = BufWriter::new(File::create(path)?);
        fill(&mut out)?;
        return Ok(out.flush()?);
    }
    match tree.target(path)? {
        Some(target) => put(&target, Some(&writable(&target)?), fill),
        None => put(path, None, fill),
    }
}

/// The state of a file that may be written to.
fn writable(path: &Path) -> Result<Metadata, WriteError> {
    let meta = open(path)?.metadata()?;
    if !meta.is_file() {
        return Err(WriteError::NotAFile(super::disk::kind(meta.file_type()).describe()));
    }
    // The system is asked, too: it knows of owners, lists of rights and disks that nobody may write to.
    match OpenOptions::new().write(true).open(path) {
        Ok(_) if !meta.permissions().readonly() => Ok(meta),
        Err(error) if !is_denied(&error) => Err(error.into()),
        _ => Err(WriteError::ReadOnly),
    }
}

fn is_denied(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem)
}

/// The state of a file that may be written to and has no other name.
fn own(path: &Path) -> Result<Metadata, WriteError> {
    let meta = writable(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if meta.nlink() > 1 {
            return Err(WriteError::HardLinks);
        }
    }
    Ok(meta)
}

/// A file beside the one to be written; it goes where it does not take the other's place.
struct Draft {
    path: PathBuf,
    placed: bool,
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.placed {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn put(
    path: &Path,
    old: Option<&Metadata>,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let (mut draft, file) = draft(folder_of(path), if old.is_some() { PRIVATE } else { PUBLIC })?;
    if let Some(old) = old {
        keep_state(&file, old)?;
    }
    let mut out = BufWriter::new(&file);
    fill(&mut out)?;
    out.flush()?;
    drop(out);
    file.sync_all()?;
    // What happened while the text was written counts as well.
    if !is_as_it_was(path, old) {
        return Err(WriteError::Changed);
    }
    fs::rename(&draft.path, path)?;
    draft.placed = true;
    #[cfg(unix)]
    if let Ok(folder) = File::open(folder_of(path)) {
        let _ = folder.sync_all(); // not every file system can
    }
    Ok(())
}

/// Permissions of a file on Unix: until it has those of the one it replaces, and where there is none (less what the user's mask
/// takes away). Elsewhere a file inherits those of its folder.
const PRIVATE: u32 = 0o600;
const PUBLIC: u32 = 0o666;

/// A new file in a folder. Its name is short: that of the other may be as long as names can be.
fn draft(folder: &Path, mode: u32) -> Result<(Draft, File), WriteError> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!(".kubevet-{}-{number}.tmp", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(not(unix))]
        let _ = mode;
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        match options.open(&path) {
            Ok(file) => return Ok((Draft { path, placed: false }, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if is_denied(&error) => return Err(WriteError::Folder(error)),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Gives a new file the permissions of the old one, and its owner where that is allowed.
fn keep_state(file: &File, old: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let new = file.metadata()?;
        if new.uid() != old.uid() {
            let _ = fchown(file, Some(old.uid()), None);
        }
        if new.gid() != old.gid() {
            let _ = fchown(file, None, Some(old.gid()));
        }
    }
    file.set_permissions(old.permissions())
}

/// Whether a path still holds the file whose state was taken, unchanged; or nothing, where there was nothing.
fn is_as_it_was(path: &Path, old: Option<&Metadata>) -> bool {
    match (fs::symlink_metadata(path), old) {
        (Ok(now), Some(old)) => {
            #[cfg(unix)]
            {
                use std::os::unix::fs::MetadataExt;
                let identity = |meta: &Metadata| (meta.dev(), meta.ino(), meta.nlink());
                if identity(&now) != identity(old) {
                    return false;
                }
            }
            now.is_file() && now.len() == old.len() && now.modified().ok() == old.modified().ok()
        }
        (Err(error), None) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
    }
}
