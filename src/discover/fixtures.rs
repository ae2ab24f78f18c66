//! Manifests that tests written in Go read.
//!
//! In: the door to files, the path of a manifest. Out: whether a `*_test.go` in a folder above it names the folder that it lies
//! in, or the file: what is partial or wrong there is so on purpose.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::files::{Files, Kind};

/// Larger files are no tests that somebody wrote.
const LARGEST: u64 = 512 * 1024;
/// Most tests that are read in one folder.
const MOST_FILES: usize = 64;
/// Most folders up from a manifest.
const MOST_LEVELS: usize = 3;

/// The tests around manifests.
#[derive(Debug)]
pub struct Fixtures<'f> {
    files: &'f dyn Files,
    /// What is looked at: tests count down from these paths.
    tops: Vec<PathBuf>,
    /// The texts of the tests in a folder.
    tests: FxHashMap<PathBuf, Vec<String>>,
    known: FxHashMap<PathBuf, bool>,
}

impl<'f> Fixtures<'f> {
    /// Nothing is read as yet.
    pub fn new(files: &'f dyn Files, paths: &[PathBuf]) -> Self {
        let tops = paths.iter().filter_map(|path| files.resolve(path).ok()).collect();
        Self { files, tops, tests: FxHashMap::default(), known: FxHashMap::default() }
    }

    /// Whether a test reads a manifest.
    pub fn are_read(&mut self, file: &Path) -> bool {
        if let Some(&known) = self.known.get(file) {
            return known;
        }
        let found = self.find(file);
        self.known.insert(file.to_owned(), found);
        found
    }

    fn find(&mut self, file: &Path) -> bool {
        let Ok(file) = self.files.resolve(file) else { return false };
        let folders: Vec<PathBuf> = file.ancestors().skip(1).take(MOST_LEVELS).map(Path::to_owned).collect();
        folders.into_iter().filter(|at| self.tops.iter().any(|top| at.starts_with(top))).collect::<Vec<_>>().iter().any(
            |folder| {
                let Ok(below) = file.strip_prefix(folder) else { return false };
                // Beside the test, its own name has to be there; below, the folder's is enough.
                let named = below.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(below);
                let quoted = named.to_string_lossy().replace('\\', "/");
                let name = if named == below { format!("{quoted}\"") } else { format!("{quoted}/") };
                self.tests(folder).iter().any(|text| text.contains(&name))
            },
        )
    }

    fn tests(&mut self, folder: &Path) -> &[String] {
        let files = self.files;
        self.tests.entry(folder.to_owned()).or_insert_with(|| {
            let entries = files.list(folder).into_iter().flatten().flatten();
            let tests = entries.filter(|entry| {
                entry.kind == Kind::File && entry.name.to_str().is_some_and(|name| name.ends_with("_test.go"))
            });
            let texts = tests.take(MOST_FILES).filter_map(|entry| files.read(&folder.join(&entry.name), LARGEST).ok());
            texts.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
        })
    }
}
