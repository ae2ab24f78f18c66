//! What a pattern asks of the last names of a path.
//!
//! In: a line of .gitignore. Out: whether it may match something of a name in a folder, by how the name begins and ends. It may say so
//! where the pattern does not match, and never the other way round: patterns are costly, and most match hardly any name.

use std::ffi::OsStr;
use std::path::Path;

use memchr::memmem::Finder;

/// What a line asks of a name, and of that of the folder that it lies in.
#[derive(Debug, Default)]
pub(super) struct Hint {
    name: Asks,
    folder: Asks,
}

/// What is asked of a name.
#[derive(Debug, Default)]
enum Asks {
    #[default]
    Nothing,
    /// To be this one.
    Is(String),
    /// To begin and to end so, and to hold this.
    Fits(String, String, Box<Finder<'static>>),
}

impl Hint {
    /// That of a line; nothing for one that hides nothing: it is empty, or a comment.
    pub(super) fn of(line: &str) -> Option<Self> {
        let pattern = line.trim_end();
        if pattern.is_empty() || pattern.starts_with('#') {
            return None;
        }
        // What stands in braces and brackets, or behind a backslash, may be a slash.
        if pattern.contains(['{', '[', '\\']) {
            return Some(Self::default());
        }
        let pattern = pattern.strip_prefix('!').unwrap_or(pattern);
        let mut names = pattern.strip_suffix('/').unwrap_or(pattern).rsplit('/');
        let (name, folder) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        // `a/**` matches at any depth.
        let folder = if name.contains("**") { Asks::Nothing } else { Asks::of(folder) };
        Some(Self { name: Asks::of(name), folder })
    }

    /// Whether the line may match something of that name in a folder.
    pub(super) fn allows(&self, folder: &Path, name: &OsStr) -> bool {
        self.name.allows(name.as_encoded_bytes())
            && (matches!(self.folder, Asks::Nothing) || self.folder.allows(last_name(folder)))
    }
}

/// The last name of an absolute path, which has no `.` or `..` in it: [`Path::file_name`] takes longer to find it.
fn last_name(path: &Path) -> &[u8] {
    let is_separator = |byte: &u8| std::path::is_separator(char::from(*byte));
    path.as_os_str().as_encoded_bytes().rsplit(is_separator).next().unwrap_or_default()
}

impl Asks {
    /// What a part of a pattern asks: what it says itself is there, before, between and behind the signs that stand for others.
    fn of(part: &str) -> Self {
        let is_open = ['*', '?'];
        match (part.find(is_open), part.rfind(is_open)) {
            _ if part.is_empty() => Self::Nothing,
            (Some(first), Some(last)) => {
                let between = part[first..=last].split(is_open).max_by_key(|text| text.len()).unwrap_or_default();
                let holds = Finder::new(between).into_owned();
                Self::Fits(part[..first].to_owned(), part[last + 1..].to_owned(), Box::new(holds))
            }
            _ => Self::Is(part.to_owned()),
        }
    }

    fn allows(&self, name: &[u8]) -> bool {
        match self {
            Self::Nothing => true,
            Self::Is(only) => name == only.as_bytes(),
            Self::Fits(begins, ends, holds) => {
                name.ends_with(ends.as_bytes()) && name.starts_with(begins.as_bytes()) && holds.find(name).is_some()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(line: &str, folder: &str, name: &str) -> bool {
        Hint::of(line).is_some_and(|hint| hint.allows(Path::new(folder), OsStr::new(name)))
    }

    #[test]
    fn a_name_has_to_begin_and_end_as_the_pattern_does() {
        for (line, folder, name) in [
            ("*.tfstate", "/r/a", "x.tfstate"),
            ("*.tfstate.*", "/r/a", "x.tfstate.1"),
            ("!*.tfstate  ", "/r/a", "x.tfstate"),
            ("._*", "/r/a", "._x"),
            ("a?c/", "/r/a", "abc"),
            ("**/.terraform/*", "/r/.terraform", "x"),
            ("/a", "/r/a", "a"),
            ("a/**", "/r/b/c", "d"),
            ("**/a", "/r/b", "a"),
            ("a/**/b", "/r/a", "b"),
            ("x[a-c]", "/r/a", "y"),
            ("a{b,c/d}", "/r/c", "d"),
            ("a\\ ", "/r/a", "z"),
        ] {
            assert!(allows(line, folder, name), "{line}");
        }
        for (line, folder, name) in [
            ("", "/r", "a"),
            ("# *", "/r", "a"),
            ("*.tfstate", "/r/a", "x.yaml"),
            ("._*", "/r/a", "x._y"),
            ("*.tfstate.*", "/r/a", "tfstate.x.yaml"),
            ("tags", "/r/a", "tag"),
            ("**/.terraform/*", "/r/terraform", "x"),
            ("b/*.yaml", "/r/a", "x.yaml"),
        ] {
            assert!(!allows(line, folder, name), "{line}");
        }
    }
}
