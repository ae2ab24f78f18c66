//! Names of files as seen from a directory.
//!
//! In: a directory, and names of files as reports show them: relative to the working directory, or absolute. Out: the same
//! files' names relative to that directory. What has to be looked up is looked up once a run: the directory itself,
//! and each folder that files lie in.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::files::{Door, name, nearest};

/// A directory that names are seen from.
#[derive(Debug, Default)]
pub struct Viewpoint {
    /// With `/` as separator, without `./` in front or `/` behind; empty for the working directory.
    directory: String,
    /// Where folders are looked up.
    files: Door,
    canonical: OnceLock<Option<PathBuf>>,
    folders: Mutex<HashMap<String, Option<PathBuf>>>,
}

impl Viewpoint {
    /// The view from a directory; an empty path stands for the working directory.
    pub fn new(directory: &Path, files: &Door) -> Self {
        let text = name::full(directory);
        let plain = text.trim_start_matches("./").trim_end_matches('/');
        let directory = if text.starts_with('/') && plain.is_empty() { "/" } else { plain };
        let directory = if directory == "." { "" } else { directory };
        Self { directory: directory.to_owned(), files: files.clone(), ..Self::default() }
    }

    /// Where what the names stand for is looked up.
    pub fn files(&self) -> &Door {
        &self.files
    }

    /// A file's name as seen from here; a file that lies elsewhere keeps its own.
    pub fn name<'n>(&self, file: &'n str) -> Cow<'n, str> {
        if let Some(rest) = self.by_text(file) {
            return rest.into();
        }
        self.below(file).map_or(file.into(), Into::into)
    }

    /// A file's name as seen from here; nothing for one that does not lie below.
    pub fn below(&self, file: &str) -> Option<String> {
        if let Some(rest) = self.by_text(file) {
            return Some(rest.to_owned());
        }
        let root = self.canonical.get_or_init(|| nearest(&*self.files, &name::path_of(&self.directory))).as_deref()?;
        let (folder, base) = file.rsplit_once('/').unwrap_or(("", file));
        let folder = if folder.is_empty() && file.starts_with('/') { "/" } else { folder };
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = folders
            .entry(folder.to_owned())
            .or_insert_with(|| nearest(&*self.files, &name::path_of(folder)))
            .clone()?;
        let rest = folder.join(name::path_of(base));
        Some(name::full(rest.strip_prefix(root).ok()?))
    }

    /// Where the names alone tell.
    fn by_text<'n>(&self, name: &'n str) -> Option<&'n str> {
        if name.split('/').any(|part| part == "..") {
            return None;
        }
        if self.directory.is_empty() {
            return Path::new(name).is_relative().then_some(name);
        }
        let rest = name.strip_prefix(&self.directory)?;
        if self.directory == "/" { Some(rest) } else { rest.strip_prefix('/') }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{Disk, Files};

    fn view(directory: impl AsRef<Path>) -> Viewpoint {
        Viewpoint::new(directory.as_ref(), &Door::default())
    }

    #[test]
    fn names_alone_tell_where_both_are_relative() {
        for (directory, name, seen) in [
            ("", "k8s/a.yaml", "k8s/a.yaml"),
            (".", "a.yaml", "a.yaml"),
            ("./k8s/", "k8s/a.yaml", "a.yaml"),
            ("k8s", "k8s-old/a.yaml", "k8s-old/a.yaml"),
            ("/r", "/r/a/b.yaml", "a/b.yaml"),
            ("/", "/a.yaml", "a.yaml"),
        ] {
            assert_eq!(view(directory).name(name), seen, "from `{directory}`");
        }
    }

    #[test]
    fn what_is_absolute_is_looked_up() {
        let here = Disk.resolve(Path::new(".")).expect("a working directory");
        let absolute = |name: &str| here.join(name).to_string_lossy().into_owned();
        assert_eq!(view("").name(&absolute("src/lib.rs")), "src/lib.rs");
        assert_eq!(view(here.join("src")).name("src/lib.rs"), "lib.rs");
        assert_eq!(view("src").name("docs/../src/lib.rs"), "lib.rs");
        assert_eq!(view("src").below("docs/rules.md"), None);
        assert_eq!(view(&here).name("src/not/yet/there.yaml"), "src/not/yet/there.yaml");
    }
}
