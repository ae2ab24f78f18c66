//! Reading files that strangers put there.
//!
//! In: a path. Out: the file's bytes, or why there are none. Nothing here waits or goes on forever: a pipe is not waited for, a
//! device is not read, and of a file that grows while it is read no more is taken than the bound.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

use super::describe;
use super::disk::{Disk, kind};
use super::door::{Files, Kind};

/// Largest file that is read, in bytes: a hundred times what the API server takes in one request.
pub const MAX_FILE: u64 = 300 << 20;

/// Why a file was not read.
#[derive(Debug)]
pub enum ReadError {
    /// It has more bytes than this.
    TooLarge(u64),
    /// It is something else: what.
    NotAFile(&'static str),
    /// The operating system says why.
    Io(io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::TooLarge(most) if *most >= 1 << 20 => write!(f, "larger than {} MiB", most >> 20),
            ReadError::TooLarge(most) => write!(f, "larger than {most} bytes"),
            ReadError::NotAFile(what) => f.write_str(what),
            ReadError::Io(error) => f.write_str(&describe(error)),
        }
    }
}

impl std::error::Error for ReadError {}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        ReadError::Io(error)
    }
}

/// The bytes of a regular file, up to a bound. What the caller itself was given by its parent process (`/dev/stdin`,
/// `/dev/fd/63` of a shell's `<(…)`) is read to its end, whatever it is.
///
/// # Errors
/// It cannot be opened or read, is no regular file, or has more bytes than `most`.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
    let handed = is_handed_over(path);
    let file = if handed { File::open(path)? } else { open(path).map_err(|error| why_not(path, error))? };
    let meta = file.metadata()?;
    let refused = if handed { meta.is_dir() } else { !meta.is_file() };
    if refused {
        return Err(ReadError::NotAFile(kind(meta.file_type()).describe()));
    }
    if meta.len() > most {
        return Err(ReadError::TooLarge(most));
    }
    // What it had when it was opened: its end is not asked for. Files of the kernel do not say how much they hold.
    let size = meta.len();
    if handed || size == 0 { bounded(file, 0, most) } else { bounded(file.take(size), size, most) }
}

/// Why a path cannot be opened. Of a socket the system says only that it is no device.
fn why_not(path: &Path, error: io::Error) -> ReadError {
    match refused(&Disk, path) {
        Ok(Some(what)) => ReadError::NotAFile(what),
        _ => error.into(),
    }
}

/// A stream to its end.
///
/// # Errors
/// Those of the stream; or it goes on beyond `most` bytes.
pub fn stream(from: impl Read, most: u64) -> Result<Vec<u8>, ReadError> {
    bounded(from, 0, most)
}

fn bounded(from: impl Read, expected: u64, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::with_capacity(expected as usize);
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(ReadError::TooLarge(most)) } else { Ok(bytes) }
}

/// What a path named by the user is that cannot be read as a file, before anything is opened: opening a device may already do
/// something.
///
/// # Errors
/// There is nothing at the path, or nobody may look.
pub fn refused(files: &dyn Files, path: &Path) -> io::Result<Option<&'static str>> {
    match files.target(path)? {
        Kind::File | Kind::Directory => Ok(None),
        kind => Ok((!is_handed_over(path)).then(|| kind.describe())),
    }
}

/// Whether a path names what the parent process handed over, or nothing at all. Only as written: a link to it is no such path.
fn is_handed_over(path: &Path) -> bool {
    // Asked of every file: most are told by their first letters.
    if ![&b"/dev"[..], b"/proc"].iter().any(|folder| path.as_os_str().as_encoded_bytes().starts_with(folder)) {
        return false;
    }
    ["/dev/fd", "/proc/self/fd"].iter().any(|folder| path.starts_with(folder))
        || ["/dev/stdin", "/dev/null"].iter().any(|file| path == Path::new(file))
}

/// Opens without waiting for the other end of a pipe.
#[cfg(unix)]
pub(super) fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(path)
}

#[cfg(not(unix))]
pub(super) fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_stream_without_end_ends_at_the_bound() {
        assert!(matches!(stream(io::repeat(b'a'), 1000), Err(ReadError::TooLarge(1000))));
        assert_eq!(stream(&b"abc"[..], 3).expect("it fits"), b"abc");
    }

    #[test]
    fn a_file_has_to_fit() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("a");
        fs::write(&path, "abcd").expect("a file");
        assert_eq!(read(&path, 4).expect("it fits"), b"abcd");
        assert_eq!(read(&path, 3).expect_err("too large").to_string(), "larger than 3 bytes");
        assert!(read(dir.path(), 4).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_without_waiting() {
        let dir = tempfile::tempdir().expect("a folder");
        let pipe = dir.path().join("pipe.yaml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
        let link = dir.path().join("zero.yaml");
        std::os::unix::fs::symlink("/dev/zero", &link).expect("a link");
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("s.yaml")).expect("a socket");
        for (path, what) in [(&pipe, "a named pipe"), (&link, "a device")] {
            let said = read(path, MAX_FILE).expect_err("no file").to_string();
            assert!(said.starts_with(what), "{said}");
        }
        assert!(read(&dir.path().join("s.yaml"), MAX_FILE).is_err());
        assert_eq!(refused(&Disk, &dir.path().join("s.yaml")).expect("it is there"), Some("a socket, not a file"));
        assert_eq!(read(Path::new("/dev/null"), 1).expect("nothing"), b"");
    }
}
