//! Manifests that programs written in Go, and Terraform modules, read.
//!
//! In: the door to files, the path of a manifest. Out: whether a `*_test.go` in a folder above it names the folder that it lies
//! in, or the file: what is partial or wrong there is so on purpose; or whether a program embeds it, or a module reads it, which
//! completes it before it is applied.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

use crate::files::{Files, Kind};

/// Larger files are none that somebody wrote.
const LARGEST: u64 = 512 * 1024;
/// Most files that are read in one folder.
const MOST_FILES: usize = 64;
/// Most folders up from a manifest.
const MOST_LEVELS: usize = 3;

/// How a line begins that says which files become part of a program.
const EMBED: &str = "//go:embed";

/// What the Go files and modules of a folder say of manifests.
#[derive(Debug, Default)]
struct Reading {
    /// The texts of Terraform modules.
    modules: Vec<String>,
    /// The texts of tests.
    tests: Vec<String>,
    /// The patterns of files that are embedded, from the folder.
    embedded: Vec<String>,
}

impl Reading {
    /// Takes up a Go file.
    fn add(&mut self, is_test: bool, text: String) {
        if is_test {
            return self.tests.push(text);
        }
        for line in text.lines().filter_map(|line| line.strip_prefix(EMBED)) {
            let patterns = line.split_whitespace().map(|pattern| pattern.trim_matches(['"', '`']));
            self.embedded.extend(patterns.map(|pattern| pattern.trim_start_matches("all:").to_owned()));
        }
    }

    /// Whether a test names a file: beside the test, its own name has to be there; below, the folder's is enough.
    fn is_named(&self, below: &str) -> bool {
        let name = below.rsplit_once('/').map_or_else(|| format!("{below}\""), |(folder, _)| format!("{folder}/"));
        self.tests.iter().any(|text| text.contains(&name))
    }

    /// Whether a module reads a file, from the folder, by its name, or all files of a folder in it.
    fn is_of_module(&self, below: &str) -> bool {
        let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
        let whole = format!("/{below}\"");
        let all =
            |text: &str| !folder.is_empty() && text.contains("fileset(") && text.contains(&format!("/{folder}\""));
        self.modules.iter().any(|text| text.contains(&whole) || all(text))
    }

    /// Whether a file, from the folder, is embedded: by its name, or with a folder.
    fn embeds(&self, below: &str) -> bool {
        let folder = |pattern: &str| below.strip_prefix(pattern).is_some_and(|rest| rest.starts_with('/'));
        let matches = |pattern: &str| {
            let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
            glob.is_ok_and(|glob| glob.compile_matcher().is_match(below))
        };
        self.embedded.iter().any(|pattern| folder(pattern) || matches(pattern))
    }
}

/// The programs around manifests.
#[derive(Debug)]
pub struct Fixtures<'f> {
    files: &'f dyn Files,
    /// What is looked at: programs count down from these paths.
    tops: Vec<PathBuf>,
    read: MutexGuard<'f, Programs>,
}

/// What was read of programs so far.
#[derive(Debug, Default)]
pub struct Programs {
    folders: FxHashMap<PathBuf, Reading>,
    /// Whether a manifest is read, by its path.
    known: FxHashMap<PathBuf, bool>,
}

impl<'f> Fixtures<'f> {
    /// `read` has what was read before.
    pub fn new(files: &'f dyn Files, paths: &[PathBuf], read: &'f Mutex<Programs>) -> Self {
        let tops = paths.iter().filter_map(|path| files.resolve(path).ok()).collect();
        Self { files, tops, read: read.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    /// Whether a test reads a manifest, or a program embeds it.
    pub fn are_read(&mut self, file: &Path) -> bool {
        if let Some(&known) = self.read.known.get(file) {
            return known;
        }
        let found = self.find(file);
        self.read.known.insert(file.to_owned(), found);
        found
    }

    /// Whether a program embeds a file.
    pub fn are_embedded(&mut self, file: &Path) -> bool {
        self.any(file, |reading, below| reading.embeds(below))
    }

    fn find(&mut self, file: &Path) -> bool {
        self.any(file, |reading, below| reading.is_named(below) || reading.embeds(below) || reading.is_of_module(below))
    }

    /// Whether what is read in one of the folders above a file says so of it, by its name from there.
    fn any(&mut self, file: &Path, says: impl Fn(&Reading, &str) -> bool) -> bool {
        let Ok(file) = self.files.resolve(file) else { return false };
        let above = file.ancestors().skip(1).take(MOST_LEVELS);
        let folders: Vec<&Path> = above.filter(|at| self.tops.iter().any(|top| at.starts_with(top))).collect();
        folders.into_iter().any(|folder| {
            let Ok(below) = file.strip_prefix(folder) else { return false };
            let below = below.to_string_lossy().replace('\\', "/");
            says(self.reading(folder), &below)
        })
    }

    fn reading(&mut self, folder: &Path) -> &Reading {
        let files = self.files;
        self.read.folders.entry(folder.to_owned()).or_insert_with(|| {
            let mut reading = Reading::default();
            let entries = files.list(folder).into_iter().flatten().flatten();
            let names =
                entries.filter(|entry| entry.kind == Kind::File).filter_map(|entry| entry.name.into_string().ok());
            let is_one = |name: &String| [".go", ".tf"].iter().any(|end| name.ends_with(end));
            let mut names: Vec<String> = names.filter(is_one).collect();
            names.sort_unstable();
            for name in names.into_iter().take(MOST_FILES) {
                if let Ok(bytes) = files.read(&folder.join(&name), LARGEST) {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    match name.ends_with(".tf") {
                        true => reading.modules.push(text),
                        false => reading.add(name.ends_with("_test.go"), text),
                    }
                }
            }
            reading
        })
    }
}
