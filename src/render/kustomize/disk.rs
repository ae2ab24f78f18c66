//! Files on the disk.
//!
//! In: the folder of a root. Out: [`Files`] below the root's repository, or, where there is none, all that can be reached.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::files::{Files, Found};
use crate::discover::repository::root_of;
use crate::discover::walk::describe;

/// The disk, below one top.
#[derive(Debug)]
pub struct Disk {
    top: PathBuf,
    root: String,
    here: Option<PathBuf>,
}

impl Disk {
    /// The disk around a root. Names are shown as the root's is: relative to the working directory, or absolute.
    ///
    /// # Errors
    /// A message, where the folder cannot be found.
    pub fn new(root: &Path) -> Result<Self, String> {
        let absolute = root.canonicalize().map_err(|error| describe(&error))?;
        let filesystem = || absolute.ancestors().last().map(Path::to_path_buf).unwrap_or_default();
        let top = root_of(&absolute).map_or_else(filesystem, Path::to_path_buf);
        let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
        let here = here.filter(|_| root.is_relative());
        let root = below(&absolute, &top).unwrap_or_default();
        Ok(Self { top, root, here })
    }

    /// The root's own path.
    pub fn root(&self) -> &str {
        &self.root
    }
}

impl Files for Disk {
    fn find(&self, path: &str) -> Result<Found, String> {
        let path = self.top.join(path).canonicalize().map_err(|error| describe(&error))?;
        let found = below(&path, &self.top).ok_or("it lies outside the repository")?;
        Ok(if path.is_dir() { Found::Folder(found) } else { Found::File(found) })
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let path = self.top.join(path);
        if !fs::metadata(&path).is_ok_and(|data| data.is_file()) {
            return Err(describe(&io::Error::from(io::ErrorKind::InvalidInput)));
        }
        fs::read(path).map_err(|error| describe(&error))
    }

    fn name(&self, path: &str) -> String {
        let path = self.top.join(path);
        let Some(here) = &self.here else { return path.to_string_lossy().replace('\\', "/") };
        let common = path.components().zip(here.components()).take_while(|(a, b)| a == b).count();
        let ups = here.components().skip(common).map(|_| Path::new("..").as_os_str());
        let downs = path.components().skip(common);
        let relative: PathBuf = ups.chain(downs.map(|part| part.as_os_str())).collect();
        relative.to_string_lossy().replace('\\', "/")
    }
}

fn below(path: &Path, top: &Path) -> Option<String> {
    Some(path.strip_prefix(top).ok()?.to_string_lossy().replace('\\', "/"))
}
