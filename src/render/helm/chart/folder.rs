//! The files of a chart folder.
//!
//! In: the door to files, a folder. Out: the names and bytes of the files that Helm would load, sorted as it walks; bounded in number and
//! size. Symbolic links are followed, as Helm does, but never in circles.

use std::path::{Path, PathBuf};

use super::archive::{MAX_CHART, MAX_FILE};
use super::ignore::IgnoreRules;
use crate::discover::repository::root_of;
use crate::files::{Files, Kind, ReadError, describe, name};

/// Most files of a chart.
const MAX_FILES: usize = 50_000;
/// The file that says what Helm passes over.
const IGNORE: &str = ".helmignore";
/// Deepest folders.
const MAX_DEPTH: usize = 64;

/// Reads a folder.
///
/// # Errors
/// Where something in it cannot be read, or is too large.
pub fn read(folder: &Path, door: &dyn Files) -> Result<Vec<(String, Vec<u8>)>, String> {
    let ignore = match door.exists(&folder.join(IGNORE)) {
        true => door.read(&folder.join(IGNORE), MAX_FILE).map_err(|error| format!("{IGNORE}: {error}"))?,
        false => Vec::new(),
    };
    let rules = IgnoreRules::parse(&String::from_utf8_lossy(&ignore))?;
    let real = door.resolve(folder).map_err(|error| format!("{}: {}", name::full(folder), describe(&error)))?;
    let top = root_of(&real, door).map(Path::to_owned);
    let mut walk = Walk { door, top, rules, files: Vec::new(), left: MAX_CHART, parents: Vec::new() };
    walk.folder(folder, "")?;
    Ok(walk.files)
}

struct Walk<'d> {
    door: &'d dyn Files,
    /// The repository: no link leads out of it.
    top: Option<PathBuf>,
    rules: IgnoreRules,
    files: Vec<(String, Vec<u8>)>,
    left: u64,
    /// The folders that are open, links resolved.
    parents: Vec<PathBuf>,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str) -> Result<(), String> {
        let tell = |error: std::io::Error| format!("{}: {}", name::full(folder), describe(&error));
        let real = self.door.resolve(folder).map_err(tell)?;
        if self.parents.contains(&real) || self.parents.len() >= MAX_DEPTH {
            return Err(format!("{}: a link points to a parent folder", name::full(folder)));
        }
        self.parents.push(real);
        let entries = self.door.list(folder).map_err(tell)?;
        let mut names: Vec<_> =
            entries.into_iter().map(|entry| entry.map(|entry| entry.name)).collect::<Result<_, _>>().map_err(tell)?;
        names.sort();
        for entry in names {
            let shown = name::full(Path::new(&entry));
            let inner = if prefix.is_empty() { shown } else { format!("{prefix}/{shown}") };
            self.entry(&folder.join(&entry), inner)?;
        }
        self.parents.pop();
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: String) -> Result<(), String> {
        let target = self.door.target(path).map_err(|error| format!("error reading {name}: {}", describe(&error)))?;
        if self.rules.ignores(&name, target == Kind::Directory) {
            return Ok(());
        }
        if self.leads_out(path) {
            return Err(format!("error reading {name}: it is outside the repository"));
        }
        match target {
            Kind::Directory => return self.folder(path, &name),
            Kind::File => {}
            _ => return Err(format!("cannot load irregular file {name} as it has file mode type bits set")),
        }
        let larger = format!("the chart is larger than {MAX_CHART} bytes or {MAX_FILES} files");
        if self.files.len() >= MAX_FILES {
            return Err(larger);
        }
        let bytes = match self.door.read(path, MAX_FILE.min(self.left)) {
            Ok(bytes) => bytes,
            Err(ReadError::TooLarge(most)) if most < MAX_FILE => return Err(larger),
            Err(ReadError::TooLarge(_)) => {
                return Err(format!("chart file {name:?} is larger than the maximum file size {MAX_FILE}"));
            }
            Err(error) => return Err(format!("error reading {name}: {error}")),
        };
        self.left -= bytes.len() as u64;
        self.files.push((name, bytes));
        Ok(())
    }

    /// Whether a path is a link to something outside the repository.
    fn leads_out(&self, path: &Path) -> bool {
        let Some(top) = &self.top else { return false };
        let is_link = self.door.kind(path).is_ok_and(|kind| kind == Kind::Link);
        is_link && !self.door.resolve(path).is_ok_and(|real| real.starts_with(top))
    }
}
