//! Finding files.
//!
//! In: paths, as named on the command line. Out: every YAML file (and JSON file, as a candidate) under them, sorted by
//! name, with what could not be opened.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::report::{SkipReason, Skipped};

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// As the user named it: relative stays relative, `/` as separator.
    pub name: String,
    /// Where to open it.
    pub path: PathBuf,
    /// Named itself on the command line: then it is read whatever its ending.
    pub explicit: bool,
}

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walk {
    /// Files, sorted by name, each once.
    pub files: Vec<FoundFile>,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
    /// Paths named on the command line that are missing or unreadable: message.
    pub failures: Vec<String>,
}

/// Walks the paths. `no_ignore` reads what .gitignore hides.
pub fn walk(paths: &[PathBuf], no_ignore: bool) -> Walk {
    let mut found = Walk::default();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(meta) if meta.is_dir() => walk_dir(path, no_ignore, &mut found),
            Ok(_) => found.files.push(FoundFile { name: display(path), path: path.clone(), explicit: true }),
            Err(error) => found.failures.push(format!("{}: {error}", path.display())),
        }
    }
    found.files.sort();
    found.files.dedup_by(|a, b| a.name == b.name);
    found.skipped.sort();
    found
}

fn walk_dir(root: &Path, no_ignore: bool, found: &mut Walk) {
    let mut builder = WalkBuilder::new(root);
    builder.hidden(false).standard_filters(!no_ignore).hidden(false).follow_links(false);
    builder.filter_entry(|entry| entry.file_name() != ".git");
    for entry in builder.build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) && is_candidate(entry.path()) => {
                let path = entry.into_path();
                found.files.push(FoundFile { name: display(&path), path, explicit: false });
            }
            Ok(_) => {}
            Err(error) => found.skipped.push(Skipped {
                file: display(root),
                reason: SkipReason::Unreadable,
                detail: error.to_string(),
            }),
        }
    }
}

fn is_candidate(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// The name shown: without a leading `./`, with `/` as separator.
fn display(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}
