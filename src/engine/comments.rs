//! Commands in the comments of manifests.
//!
//! In: a run, a file. Out: whether a comment in it, or in another file of its folder, says how an object is made by hand
//! (`# kubectl create secret generic NAME`).

use rustc_hash::FxHashMap;

use crate::discover::commands::is_created;
use crate::finding::folder_of;
use crate::source::{Source, SourceId};

use super::Run;
use super::texts::{LONGEST_LINE, Texts};

/// The comments of a run's files that speak of commands; a folder's are read when it is first asked for.
pub(super) struct Comments<'r> {
    run: &'r Run<'r>,
    /// The files of each folder.
    folders: Option<FxHashMap<&'r str, Vec<SourceId>>>,
    lines: FxHashMap<&'r str, Vec<String>>,
}

impl<'r> Comments<'r> {
    /// Nothing is read yet.
    pub(super) fn new(run: &'r Run<'r>) -> Self {
        Self { run, folders: None, lines: FxHashMap::default() }
    }

    /// Whether somebody is told to make an object of a kind and name.
    pub(super) fn make(&mut self, source: &'r Source, kind: &str, name: &str) -> bool {
        let folder = folder_of(&source.name);
        if !self.lines.contains_key(folder) {
            let lines = self.read(folder);
            self.lines.insert(folder, lines);
        }
        self.lines[folder].iter().any(|line| is_created(line, kind, name))
    }

    fn read(&mut self, folder: &str) -> Vec<String> {
        let run = self.run;
        let folders = self.folders.get_or_insert_with(|| {
            let mut folders: FxHashMap<&str, Vec<SourceId>> = FxHashMap::default();
            for file in run.files {
                let source = run.sources.get(file.source);
                folders.entry(folder_of(&source.name)).or_default().push(source.id);
            }
            folders
        });
        let mut texts = Texts::new(run);
        let mut found = Vec::new();
        for &id in folders.get(folder).into_iter().flatten() {
            let lines = texts.get(id).text.lines().filter(|line| line.len() <= LONGEST_LINE);
            let comments = lines.map(str::trim_start).filter(|line| line.starts_with('#'));
            found.extend(comments.filter(|line| line.contains("create")).map(str::to_owned));
        }
        found
    }
}
