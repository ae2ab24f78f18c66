//! Where paths lead, found once for all roots of a run.
//!
//! In: a top, and paths below it. Out: what lies there, links followed, as a path of its own and whether it is a folder. Where a folder
//! leads is known mostly; what is in it is looked at alone, and followed only where it is a link.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::files::{Files, Kind, describe};

/// Folders in each other that are looked at one by one.
const DEEPEST: usize = 64;

/// Where a path leads: to a place that may be a folder, or why to none.
type Found = Result<(PathBuf, bool), String>;

/// The places that were looked for, by their whole paths.
#[derive(Debug, Default)]
pub struct Places(Mutex<FxHashMap<PathBuf, Found>>);

impl Places {
    /// What lies at a path below a top.
    ///
    /// # Errors
    /// A message, where nothing lies there.
    pub fn find(&self, files: &dyn Files, top: &Path, path: &str) -> Found {
        let whole = top.join(path);
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&whole) {
            return found.clone();
        }
        let found = self.look(files, top, path, &whole);
        known().insert(whole, found.clone());
        found
    }

    fn look(&self, files: &dyn Files, top: &Path, path: &str, whole: &Path) -> Found {
        let is_plain =
            path.split('/').all(|part| !matches!(part, "" | "." | "..")) && path.split('/').count() <= DEEPEST;
        let known = match path.rsplit_once('/') {
            // What a revision held where a link is today is no link.
            _ if !is_plain || files.commit(top).is_some() => None,
            Some((folder, name)) => Some(self.find(files, top, folder)?.0.join(name)),
            None => Some(whole.to_path_buf()),
        };
        if let Some(place) = known {
            match files.kind(&place).map_err(|error| describe(&error))? {
                Kind::Link => {}
                kind => return Ok((place, kind == Kind::Directory)),
            }
        }
        let place = files.resolve(whole).map_err(|error| describe(&error))?;
        let is_folder = files.is_directory(&place);
        Ok((place, is_folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Disk;

    #[test]
    #[cfg(unix)]
    fn paths_lead_where_the_system_says() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = Disk.resolve(folder.path()).expect("it is there");
        std::fs::create_dir_all(top.join("a/b")).expect("folders");
        std::fs::write(top.join("a/b/file"), "").expect("a file");
        for (target, link) in
            [("a", "to-a"), ("b/file", "a/to-file"), ("/", "out"), ("nowhere", "broken"), ("loop", "loop")]
        {
            std::os::unix::fs::symlink(target, top.join(link)).expect("a link");
        }
        let places = Places::default();
        for path in [
            "",
            "a",
            "a/b",
            "a/b/file",
            "a/b/file/x",
            "to-a",
            "to-a/b/file",
            "a/to-file",
            "to-a/to-file",
            "out",
            "broken",
            "broken/x",
            "loop",
            "loop/x",
            "a/../a",
            "./a",
            "a//b",
            "none",
            "a/none/x",
            "a/b/",
        ] {
            let wanted = Disk.resolve(&top.join(path)).map_err(|error| describe(&error));
            let wanted = wanted.map(|place| (place.clone(), Disk.is_directory(&place)));
            assert_eq!(places.find(&Disk, &top, path), wanted, "{path}");
        }
    }
}
