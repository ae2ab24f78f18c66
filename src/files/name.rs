//! Names of files, for showing.
//!
//! In: a path, which is bytes. Out: a name of UTF-8 with `/` as separator, of which no two are alike for two paths; and the
//! path again. Bytes that are not UTF-8 are shown as `\xFF`. On Unix a backslash is a character like any other: it stays as it
//! is, but where the name could be taken for one with such an escape it is doubled.

use std::path::{Path, PathBuf};

/// The name shown: without a leading `./`.
pub fn shown(path: &Path) -> String {
    let name = full(path);
    match name.strip_prefix("./") {
        Some(rest) => rest.trim_start_matches('/').to_owned(),
        None => name,
    }
}

/// The name of a path as it stands.
#[cfg(unix)]
pub fn full(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let bytes = path.as_os_str().as_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\\') => text.to_owned(),
        _ => escape(bytes),
    }
}

/// The name of a path as it stands.
#[cfg(not(unix))]
pub fn full(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The name of a path as git gives it: bytes with `/` as separator.
#[cfg(unix)]
pub fn of_bytes(path: &[u8]) -> String {
    use std::os::unix::ffi::OsStrExt;
    full(Path::new(std::ffi::OsStr::from_bytes(path)))
}

/// The name of a path as git gives it: bytes with `/` as separator.
#[cfg(not(unix))]
pub fn of_bytes(path: &[u8]) -> String {
    String::from_utf8_lossy(path).into_owned()
}

/// Every byte that is not UTF-8 as `\xFF`; a backslash before another one, an `x` or such a byte twice.
#[cfg(unix)]
fn escape(bytes: &[u8]) -> String {
    let mut name = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        let mut chars = chunk.valid().chars().peekable();
        while let Some(next) = chars.next() {
            name.push(next);
            let doubtful = match chars.peek() {
                Some(after) => matches!(after, '\\' | 'x'),
                None => !chunk.invalid().is_empty(),
            };
            if next == '\\' && doubtful {
                name.push('\\');
            }
        }
        chunk.invalid().iter().for_each(|byte| name.push_str(&format!("\\x{byte:02X}")));
    }
    name
}

/// The path that has this name.
#[cfg(unix)]
pub fn path_of(name: &str) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes_of(name)).into()
}

/// The path that has this name.
#[cfg(not(unix))]
pub fn path_of(name: &str) -> PathBuf {
    PathBuf::from(name)
}

/// The bytes of the path that has this name.
#[cfg(unix)]
pub fn bytes_of(name: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, used) = match (first, after) {
            (b'\\', [b'\\', ..]) => (b'\\', 2),
            (b'\\', [b'x', high, low, ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, 4),
                _ => (first, 1),
            },
            _ => (first, 1),
        };
        bytes.push(byte);
        rest = &rest[used..];
    }
    bytes
}

/// The bytes of the path that has this name.
#[cfg(not(unix))]
pub fn bytes_of(name: &str) -> Vec<u8> {
    name.as_bytes().to_owned()
}

#[cfg(unix)]
fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|digit| digit as u8)
}

/// The name as a path in a URI: its bytes, percent-encoded where they have to be.
pub fn percent_encoded(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for byte in bytes_of(name) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' | b',' | b'=' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// The name as a URI, where it is not the path itself: the path is no UTF-8.
pub fn uri_of_bytes(name: &str) -> Option<String> {
    let escaped = name.contains("\\x") && std::str::from_utf8(&bytes_of(name)).is_err();
    escaped.then(|| percent_encoded(name))
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn path(bytes: &[u8]) -> &Path {
        Path::new(OsStr::from_bytes(bytes))
    }

    #[test]
    fn names_are_shown_with_what_is_not_text_escaped() {
        for (bytes, name) in [
            (&b"./a/b.yaml"[..], "a/b.yaml"),
            (b".//a", "a"),
            (b"x\\y.yaml", "x\\y.yaml"),
            (b"x\\\\y", "x\\\\\\y"),
            (b"a\xff.yaml", "a\\xFF.yaml"),
            (b"a\\xFF.yaml", "a\\\\xFF.yaml"),
            (b"a\\\xff", "a\\\\\\xFF"),
            (b"\xc3\xa4", "\u{e4}"),
        ] {
            assert_eq!(shown(path(bytes)), name);
        }
        assert_eq!(uri_of_bytes("d/a\\xFF.yaml").as_deref(), Some("d/a%FF.yaml"));
        assert_eq!((uri_of_bytes("a\\\\xFF"), uri_of_bytes("ä")), (None, None));
    }

    #[test]
    fn every_name_leads_back_to_its_path_and_no_two_are_alike() {
        const PIECES: [&[u8]; 7] = [b"\\", b"x", b"F", b"\xff", b"\xc3", b"\xa4", b"/"];
        let mut names = std::collections::BTreeSet::new();
        let count = PIECES.len();
        for number in 0..count.pow(5) {
            let at = |place: u32| PIECES[number / count.pow(place) % count];
            let bytes = [b"a", at(0), at(1), at(2), at(3), at(4)].concat();
            let name = shown(path(&bytes));
            assert_eq!(path_of(&name).as_os_str().as_bytes(), bytes, "{name}");
            assert!(names.insert(name));
        }
    }
}
