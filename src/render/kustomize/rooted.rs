//! Files as one root sees them.
//!
//! In: the door to files, and the folder of a root. Out: [`Files`] below the root's repository, or, where there is none, all
//! that can be reached.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{Files, Found};
use super::parsed::Parsed;
use super::places::Places;
use crate::discover::repository::root_of;
use crate::files::name::{full, path_of};
use crate::files::{self, MAX_FILE, describe};

/// The files below one top.
#[derive(Debug, Clone)]
pub struct Rooted<'f> {
    files: &'f dyn files::Files,
    top: PathBuf,
    root: String,
    here: Option<PathBuf>,
    places: Arc<Places>,
    parsed: Arc<Parsed>,
}

impl<'f> Rooted<'f> {
    /// The files around a root. Names are shown as the root's is: relative to the working directory, or absolute.
    ///
    /// # Errors
    /// A message, where the folder cannot be found.
    pub fn new(root: &Path, files: &'f dyn files::Files) -> Result<Self, String> {
        let absolute = files.resolve(root).map_err(|error| describe(&error))?;
        let filesystem = || absolute.ancestors().last().map(Path::to_path_buf).unwrap_or_default();
        let top = root_of(&absolute, files).map_or_else(filesystem, Path::to_path_buf);
        let here = files.resolve(Path::new(".")).ok().filter(|_| root.is_relative());
        let root = below(&absolute, &top).unwrap_or_default();
        Ok(Self { files, top, root, here, places: Arc::default(), parsed: Arc::default() })
    }

    /// The files of the repository around a path, which may be a file; where there is none, those in and below the path.
    ///
    /// # Errors
    /// A message, where nothing lies there.
    pub fn in_repository(path: &Path, files: &'f dyn files::Files) -> Result<Self, String> {
        let found = Self::new(path, files)?;
        let absolute = files.resolve(path).map_err(|error| describe(&error))?;
        if root_of(&absolute, files).is_some() {
            return Ok(found);
        }
        let folder = if files.is_directory(&absolute) { Some(&*absolute) } else { absolute.parent() };
        let top = folder.unwrap_or(&absolute).to_path_buf();
        let root = below(&absolute, &top).unwrap_or_default();
        Ok(Self { top, root, ..found })
    }

    /// The door that it reads through.
    pub fn door(&self) -> &'f dyn files::Files {
        self.files
    }

    /// The top: the repository's root, where it lies in one.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The root's own path.
    pub fn root(&self) -> &str {
        &self.root
    }
}

impl Files for Rooted<'_> {
    fn parsed(&self) -> Option<&Parsed> {
        Some(&self.parsed)
    }

    fn door(&self, path: &str) -> Option<(&dyn files::Files, PathBuf)> {
        Some((self.files, place(&self.name(path))))
    }

    fn find(&self, path: &str) -> Result<Found, String> {
        let (path, is_folder) = self.places.find(self.files, &self.top, path)?;
        let found = below(&path, &self.top).ok_or("it is outside the repository")?;
        Ok(if is_folder { Found::Folder(found) } else { Found::File(found) })
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        // A text that lies over a file is found by the file's name.
        self.files.read(&path_of(&self.name(path)), MAX_FILE).map_err(|error| error.to_string())
    }

    fn name(&self, path: &str) -> String {
        let path = self.top.join(path_of(path));
        let Some(here) = &self.here else { return full(&path) };
        let common = path.components().zip(here.components()).take_while(|(a, b)| a == b).count();
        let ups = here.components().skip(common).map(|_| Path::new("..").as_os_str());
        let downs = path.components().skip(common);
        let relative: PathBuf = ups.chain(downs.map(|part| part.as_os_str())).collect();
        full(&relative)
    }
}

/// Where what is known by a name lies.
pub(super) fn place(name: &str) -> PathBuf {
    if name.is_empty() { PathBuf::from(".") } else { path_of(name) }
}

fn below(path: &Path, top: &Path) -> Option<String> {
    Some(full(path.strip_prefix(top).ok()?))
}
