//! Manifests that programs written in Go read.
//!
//! In: the door to files, the path of a manifest. Out: whether a `*_test.go` in a folder above it names the folder that it lies
//! in, or the file: what is partial or wrong there is so on purpose; or whether a program embeds it, which completes it before it
//! applies it.

use std::path::{Path, PathBuf};

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

/// What the Go files of a folder say of manifests.
#[derive(Debug, Default)]
struct Reading {
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
    read: FxHashMap<PathBuf, Reading>,
    known: FxHashMap<PathBuf, bool>,
}

impl<'f> Fixtures<'f> {
    /// Nothing is read as yet.
    pub fn new(files: &'f dyn Files, paths: &[PathBuf]) -> Self {
        let tops = paths.iter().filter_map(|path| files.resolve(path).ok()).collect();
        Self { files, tops, read: FxHashMap::default(), known: FxHashMap::default() }
    }

    /// Whether a test reads a manifest, or a program embeds it.
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
                let whole = below.to_string_lossy().replace('\\', "/");
                let reading = self.reading(folder);
                reading.tests.iter().any(|text| text.contains(&name)) || reading.embeds(&whole)
            },
        )
    }

    fn reading(&mut self, folder: &Path) -> &Reading {
        let files = self.files;
        self.read.entry(folder.to_owned()).or_insert_with(|| {
            let mut reading = Reading::default();
            let entries = files.list(folder).into_iter().flatten().flatten();
            let names =
                entries.filter(|entry| entry.kind == Kind::File).filter_map(|entry| entry.name.into_string().ok());
            let mut names: Vec<String> = names.filter(|name| name.ends_with(".go")).collect();
            names.sort_unstable();
            for name in names.into_iter().take(MOST_FILES) {
                if let Ok(bytes) = files.read(&folder.join(&name), LARGEST) {
                    reading.add(name.ends_with("_test.go"), String::from_utf8_lossy(&bytes).into_owned());
                }
            }
            reading
        })
    }
}
