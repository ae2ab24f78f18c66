//! Objects in files that are no manifests yet.
//!
//! In: a run. Out: whether a template that another tool fills in defines an object of a kind and name: one beside what was read, by its
//! ending (`web.yaml.tmpl`), or one of another chart, whose values may leave it out. Lines decide, nothing is rendered. What could not be
//! read as YAML is for [`unread`](super::unread).

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::{FoundFile, is_draft_name};
use crate::files::{Files, Kind};
use crate::finding::Finding;
use crate::source::SourceId;

use super::Run;
use super::actions::{Defined, quoted};
use super::texts::Texts;

/// Larger files are no templates that somebody wrote.
const LARGEST: u64 = 512 * 1024;
/// Most folders that are looked into, and most templates that are read.
const MOST_FOLDERS: usize = 4_096;
const MOST_FILES: usize = 512;

/// What templates define, found out at the first need.
pub(super) struct Drafts<'d> {
    run: &'d Run<'d>,
    defined: OnceLock<FxHashMap<String, FxHashSet<String>>>,
    /// By kind and name, the templates of charts.
    by_charts: OnceLock<FxHashMap<(String, String), Vec<SourceId>>>,
}

impl<'d> Drafts<'d> {
    /// Nothing is read yet.
    pub(super) fn new(run: &'d Run<'d>) -> Self {
        Self { run, defined: OnceLock::new(), by_charts: OnceLock::new() }
    }

    /// Whether a template defines an object of a kind and name.
    pub(super) fn define(&self, kind: &str, name: &str) -> bool {
        let defined = self.defined.get_or_init(|| self.read());
        defined.get(kind).is_some_and(|names| names.contains(name))
    }

    /// Whether a template of a chart does that a finding's own one does not take in.
    pub(super) fn define_elsewhere(&self, finding: &Finding, kind: &str, name: &str) -> bool {
        let by_charts = self.by_charts.get_or_init(|| self.read_charts());
        let Some(templates) = by_charts.get(&(kind.to_owned(), name.to_owned())) else { return false };
        let own = self.run.built.root_for(finding).map_or(&[][..], |root| &root.reads);
        templates.iter().any(|template| !own.contains(template))
    }

    /// What the templates of charts define, by the names that are written in them or in what they include.
    fn read_charts(&self) -> FxHashMap<(String, String), Vec<SourceId>> {
        let (run, mut found) = (self.run, FxHashMap::default());
        let mut texts = Texts::new(run);
        let templates = run.sources.iter().filter(|source| run.place.charts.is_template(&source.name));
        let templates: Vec<SourceId> = templates.map(|source| source.id).collect();
        let defined = Defined::of(templates.iter().copied(), &mut texts);
        for id in templates {
            let text = &texts.get(id).text;
            for (kind, name) in objects(text) {
                let of_actions = defined.deciding(name, text);
                let written = of_actions.iter().flat_map(|action| quoted(action));
                for name in written.chain((!name.contains("{{")).then_some(name)) {
                    found.entry((kind.to_owned(), name.to_owned())).or_insert_with(Vec::new).push(id);
                }
            }
        }
        found
    }

    fn read(&self) -> FxHashMap<String, FxHashSet<String>> {
        let mut defined = FxHashMap::default();
        for text in self.templates() {
            for (kind, name) in objects(text) {
                defined.entry(kind.to_owned()).or_insert_with(FxHashSet::default).insert(name.to_owned());
            }
        }
        defined
    }

    /// The templates in the folders that the walk listed, where nothing lies over what it saw.
    fn listed(&self) -> FxHashMap<&OsStr, &[OsString]> {
        if !self.run.job.snapshot.is_as_it_lies() {
            return FxHashMap::default();
        }
        let listed = self.run.place.walk.listed.iter();
        listed.map(|listed| (listed.path.as_os_str(), &*listed.drafts)).collect()
    }

    /// The texts of templates in the folders of what was read, and right above those.
    pub(super) fn templates(&self) -> &'d [String] {
        self.run.place.beside.templates.get_or_init(|| self.read_templates())
    }

    fn read_templates(&self) -> Vec<String> {
        let place = self.run.place;
        // Paths are slow to take apart; files of one folder mostly come one after the other.
        let folder = |file: &FoundFile| {
            let path = file.path.as_os_str().as_encoded_bytes();
            memchr::memrchr2(b'/', b'\\', path).map_or(0, |at| at + 1)
        };
        let are_beside = |one: &FoundFile, other: &FoundFile| {
            let (own, end) = (one.path.as_os_str().as_encoded_bytes(), folder(one));
            end == folder(other) && own[..end] == other.path.as_os_str().as_encoded_bytes()[..end]
        };
        let runs = place.walk.files.chunk_by(are_beside);
        let mut own: Vec<&Path> = runs.filter_map(|files| files[0].path.parent()).collect();
        own.dedup_by_key(|folder| folder.as_os_str());
        // Nothing above what was asked for is looked at.
        let asked = &self.run.job.snapshot.paths;
        let is_below = |folder: &&Path| {
            let here = !folder.is_absolute() && asked.iter().any(|path| path.as_os_str() == ".");
            (here && !folder.as_os_str().is_empty()) || asked.iter().any(|path| folder.starts_with(path))
        };
        let own = own.into_iter();
        let mut folders: Vec<&Path> =
            own.flat_map(|folder| std::iter::once(folder).chain(folder.parent().filter(is_below))).collect();
        let mut seen = FxHashSet::default();
        folders.retain(|folder| seen.insert(folder.as_os_str()));
        // The order counts only where some are left out.
        if folders.len() > MOST_FOLDERS {
            folders.sort_unstable();
            folders.truncate(MOST_FOLDERS);
        }
        let known = self.listed();
        let mut paths: Vec<PathBuf> = Vec::new();
        for folder in folders {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            match known.get(folder.as_os_str()) {
                Some(names) => paths.extend(names.iter().map(|name| folder.join(name))),
                None => paths.extend(drafts_in(folder, place.files)),
            }
        }
        paths.sort_unstable();
        let read = paths.iter().take(MOST_FILES).filter_map(|path| place.files.read(path, LARGEST).ok());
        read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
    }
}

/// The templates in a folder, by their endings.
fn drafts_in(folder: &Path, files: &dyn Files) -> Vec<PathBuf> {
    let entries = files.list(folder).into_iter().flatten().flatten();
    let drafts = entries.filter(|entry| entry.kind == Kind::File && is_draft_name(&entry.name));
    drafts.map(|entry| folder.join(entry.name)).collect()
}

/// The kinds and names that the documents of a text have at their top, as they stand there.
pub(super) fn objects(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let (mut kind, mut name, mut in_metadata) = (None, None, false);
    for line in text.lines().chain(["---"]) {
        if line.starts_with("---") {
            found.extend(kind.take().zip(name.take()));
            in_metadata = false;
        } else if let Some(value) = line.strip_prefix("kind:") {
            kind = Some(plain(value));
        } else if in_metadata && let Some(value) = line.trim_start().strip_prefix("name:") {
            name.get_or_insert(plain(value));
        }
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            in_metadata = line.starts_with("metadata:");
        }
    }
    found
}

fn plain(value: &str) -> &str {
    value.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use super::objects;

    #[test]
    fn objects_are_found_by_their_lines() {
        let text = "---\nkind: A\nmetadata:\n  labels: {}\n  name: 'one'\nspec:\n  name: x\n---\n{{ if .x }}\nmetadata:\n  \
                    name: two\nkind: B\n---\nkind: C\n";
        assert_eq!(objects(text), [("A", "one"), ("B", "two")]);
    }
}
