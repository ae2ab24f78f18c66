//! Commands in the comments of manifests.
//!
//! In: a run, a file. Out: whether a comment in it, or in another file of its folder, says how an object is made by hand
//! (`# kubectl create secret generic NAME`).

use rustc_hash::FxHashMap;

use crate::discover::commands::is_created;
use crate::finding::folder_of;
use crate::source::Source;

use super::Run;
use super::texts::{LONGEST_LINE, Texts};

/// The comments of a run's files that speak of commands; a folder's are read when it is first asked for.
pub(super) struct Comments<'r> {
    run: &'r Run<'r>,
    lines: FxHashMap<&'r str, Vec<String>>,
}

impl<'r> Comments<'r> {
    /// Nothing is read yet.
    pub(super) fn new(run: &'r Run<'r>) -> Self {
        Self { run, lines: FxHashMap::default() }
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

    fn read(&self, folder: &str) -> Vec<String> {
        let run = self.run;
        let mut texts = Texts::new(run);
        let mut found = Vec::new();
        for &id in run.of_names.in_folder(folder, run) {
            let lines = texts.get(id).text.lines().filter(|line| line.len() <= LONGEST_LINE);
            let comments = lines.map(str::trim_start).filter(|line| line.starts_with('#'));
            found.extend(comments.filter(|line| line.contains("create")).map(str::to_owned));
        }
        found
    }
}
