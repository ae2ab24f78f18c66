//! The files of a chart folder.
//!
//! In: a folder. Out: the names and bytes of the files that Helm would load, sorted as it walks; bounded in number and
//! size. Symbolic links are followed, as Helm does, but never in circles.

use std::fs;
use std::path::{Path, PathBuf};

use super::archive::{MAX_CHART, MAX_FILE};
use super::ignore::Rules;

/// Most files of a chart.
const MAX_FILES: usize = 50_000;
/// Deepest folders.
const MAX_DEPTH: usize = 64;

/// Reads a folder.
///
/// # Errors
/// Where something in it cannot be read, or is too large.
pub fn read(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let ignore = fs::read(folder.join(".helmignore")).unwrap_or_default();
    let rules = Rules::parse(&String::from_utf8_lossy(&ignore))?;
    let mut walk = Walk { rules, files: Vec::new(), left: MAX_CHART, parents: Vec::new() };
    walk.folder(folder, "")?;
    Ok(walk.files)
}

struct Walk {
    rules: Rules,
    files: Vec<(String, Vec<u8>)>,
    left: u64,
    /// The folders that are open, links resolved.
    parents: Vec<PathBuf>,
}

impl Walk {
    fn folder(&mut self, folder: &Path, prefix: &str) -> Result<(), String> {
        let tell = |error: std::io::Error| format!("{}: {}", folder.display(), crate::discover::walk::describe(&error));
        let real = fs::canonicalize(folder).map_err(tell)?;
        if self.parents.contains(&real) || self.parents.len() >= MAX_DEPTH {
            return Err(format!("{}: a link leads back to a folder around it", folder.display()));
        }
        self.parents.push(real);
        let mut names: Vec<_> = fs::read_dir(folder)
            .map_err(tell)?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<Result<_, _>>()
            .map_err(tell)?;
        names.sort();
        for name in names {
            let shown = name.to_string_lossy();
            let inner = if prefix.is_empty() { shown.into_owned() } else { format!("{prefix}/{shown}") };
            self.entry(&folder.join(&name), inner)?;
        }
        self.parents.pop();
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: String) -> Result<(), String> {
        let tell = |error: std::io::Error| format!("error reading {name}: {}", crate::discover::walk::describe(&error));
        let about = fs::metadata(path).map_err(tell)?;
        if self.rules.ignores(&name, about.is_dir()) {
            return Ok(());
        }
        if about.is_dir() {
            return self.folder(path, &name);
        }
        if !about.is_file() {
            return Err(format!("cannot load irregular file {name} as it has file mode type bits set"));
        }
        if about.len() > MAX_FILE {
            return Err(format!("chart file {name:?} is larger than the maximum file size {MAX_FILE}"));
        }
        if about.len() > self.left || self.files.len() >= MAX_FILES {
            return Err(format!("the chart is larger than {MAX_CHART} bytes or {MAX_FILES} files"));
        }
        self.left -= about.len();
        let bytes = fs::read(path).map_err(tell)?;
        self.files.push((name, bytes));
        Ok(())
    }
}
