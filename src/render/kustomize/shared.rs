//! Files as the roots of one run see them.
//!
//! In: the door to files, and the texts that a run has read already, by their names. Out: for each root a [`View`] below its
//! repository, in which names are those of the walk that found the root. What one root found or read is not asked for again
//! by another.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::files::{Files, Found, is_within};
use super::parsed::Parsed;
use super::places::Places;
use super::rooted::place;
use crate::discover::gitignore::is_hidden;
use crate::discover::repository::holds_repository;
use crate::discover::resolve;
use crate::files::name::{full, path_of};
use crate::files::{self, MAX_FILE, describe};
use crate::source::{Source, SourceId};

/// What several roots have read.
pub struct Shared<'f> {
    files: &'f dyn files::Files,
    /// The texts of files that were read before, by name.
    known: FxHashMap<&'f str, Arc<str>>,
    texts: Cache<PathBuf, Result<Read, String>>,
    places: Places,
    /// Whether folders are roots of repositories.
    tops: Cache<PathBuf, bool>,
    /// What was read and built, by the top and by what tells names from paths.
    parsed: Cache<Naming, Arc<Parsed>>,
    /// Where the names of folders lead to.
    folders: Cache<String, Option<PathBuf>>,
}

type Read = (Arc<str>, Option<Arc<[u8]>>);
type Cache<K, V> = Mutex<FxHashMap<K, V>>;

fn cached<K: std::hash::Hash + Eq, V: Clone>(cache: &Cache<K, V>, key: K, make: impl FnOnce(&K) -> V) -> V {
    let known = || cache.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = known().get(&key) {
        return value.clone();
    }
    let value = make(&key);
    known().insert(key, value.clone());
    value
}

impl<'f> Shared<'f> {
    /// Nothing but what a run has read.
    pub fn new(files: &'f dyn files::Files, known: impl IntoIterator<Item = &'f Source>) -> Self {
        // A text that was let go is empty.
        let known = known.into_iter().filter(|source| !source.text.is_empty() && source.undecodable.is_empty());
        Self {
            files,
            known: known.map(|source| (source.name.as_str(), source.text.clone())).collect(),
            texts: Mutex::default(),
            places: Places::default(),
            tops: Mutex::default(),
            parsed: Mutex::default(),
            folders: Mutex::default(),
        }
    }

    /// What the root in a folder sees; `name` is the folder's name, empty for the working directory.
    ///
    /// # Errors
    /// A message, where the folder cannot be found.
    pub fn view(&self, name: &str) -> Result<View<'_, 'f>, String> {
        let path = if name.is_empty() { PathBuf::from(".") } else { path_of(name) };
        let absolute = self.files.resolve(&path).map_err(|error| describe(&error))?;
        let filesystem = || absolute.ancestors().last().map(Path::to_path_buf).unwrap_or_default();
        let top = self.top(&absolute).unwrap_or_else(filesystem);
        let root = below(&absolute, &top).unwrap_or_default();
        let naming = Naming::of(&top, name, &root);
        let begins = naming.path.trim_end_matches('/').to_owned();
        let is_direct = self.leads_to(naming.name.clone(), &top.join(&begins));
        let parsed = cached(&self.parsed, naming, |_| Arc::default());
        Ok(View { shared: self, top, root, name: name.to_owned(), begins, is_direct, parsed })
    }

    /// Whether the name of a folder leads to a place.
    fn leads_to(&self, name: String, place: &Path) -> bool {
        let found = cached(&self.folders, name, |name| {
            let path = if name.is_empty() { PathBuf::from(".") } else { path_of(name) };
            self.files.resolve(&path).ok()
        });
        found.is_some_and(|found| found == place)
    }

    /// The root of the repository that a folder lies in.
    fn top(&self, folder: &Path) -> Option<PathBuf> {
        let is_top = |at: &&Path| cached(&self.tops, at.to_path_buf(), |at| holds_repository(at, self.files));
        folder.ancestors().find(is_top).map(Path::to_path_buf)
    }
}

/// What says which name a path has: what a root's name and path begin with, before they go on alike.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Naming {
    top: PathBuf,
    name: String,
    path: String,
}

impl Naming {
    fn of(top: &Path, name: &str, root: &str) -> Self {
        let ends = name.rsplit('/').zip(root.rsplit('/')).take_while(|(a, b)| a == b && !matches!(*a, "" | ".."));
        let alike = ends.map(|(part, _)| part.len() + 1).sum::<usize>();
        let begin = |text: &str| text[..(text.len() + 1).saturating_sub(alike.max(1))].to_owned();
        Self { top: top.to_path_buf(), name: begin(name), path: begin(root) }
    }
}

/// The files below one top, as one root sees them.
pub struct View<'s, 'f> {
    shared: &'s Shared<'f>,
    top: PathBuf,
    root: String,
    /// The root's own name.
    name: String,
    /// The folder below the top from which on names go on as paths do, and whether what they begin with leads there.
    begins: String,
    is_direct: bool,
    parsed: Arc<Parsed>,
}

impl View<'_, '_> {
    /// The root's own path.
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The name that the walk gives a path, if its folder has that name.
    fn walked(&self, path: &str) -> Option<String> {
        let name = resolve(&self.name, &relative(&self.root, path));
        let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let place = self.top.join(path_of(&folder(path)));
        // What names begin with leads where it should: then they go on as paths do.
        let leads_there = match self.is_direct && is_within(path, &self.begins) {
            true => self
                .shared
                .places
                .find(self.shared.files, &self.top, &folder(path))
                .is_ok_and(|(found, _)| found == place),
            false => self.shared.leads_to(folder(&name), &place),
        };
        leads_there.then_some(name)
    }

    fn text(&self, path: &str, name: Option<&str>) -> Result<Read, String> {
        if let Some(text) = name.and_then(|name| self.shared.known.get(name)) {
            return Ok((text.clone(), None));
        }
        // A text that lies over a file is found by the file's name.
        let place = name.map_or_else(|| self.top.join(path_of(path)), path_of);
        cached(&self.shared.texts, place, |place| {
            let bytes = self.shared.files.read(place, MAX_FILE).map_err(|error| error.to_string())?;
            let binary = std::str::from_utf8(&bytes).is_err().then(|| Arc::from(bytes.as_slice()));
            Ok((Source::from_bytes(SourceId(0), "", bytes).text, binary))
        })
    }
}

impl Files for View<'_, '_> {
    fn parsed(&self) -> Option<&Parsed> {
        Some(&self.parsed)
    }

    fn door(&self, path: &str) -> Option<(&dyn files::Files, PathBuf)> {
        let walked = self.walked(path).map(|name| place(&name));
        Some((self.shared.files, walked.unwrap_or_else(|| self.top.join(path_of(path)))))
    }

    fn find(&self, path: &str) -> Result<Found, String> {
        let (path, is_folder) = self.shared.places.find(self.shared.files, &self.top, path)?;
        let found = below(&path, &self.top).ok_or("it is outside the repository")?;
        Ok(if is_folder { Found::Folder(found) } else { Found::File(found) })
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let (text, binary) = self.text(path, self.walked(path).as_deref())?;
        Ok(binary.map_or_else(|| text.as_bytes().to_vec(), |bytes| bytes.to_vec()))
    }

    fn source(&self, id: SourceId, path: &str) -> Result<(Source, Option<Arc<[u8]>>), String> {
        let name = self.walked(path);
        let (text, binary) = self.text(path, name.as_deref())?;
        Ok((Source::from_text(id, name.unwrap_or_else(|| self.name(path)), text), binary))
    }

    fn name(&self, path: &str) -> String {
        self.walked(path).unwrap_or_else(|| full(&self.top.join(path_of(path))))
    }

    fn is_ignored(&self, path: &str) -> bool {
        is_hidden(&self.top.join(path), self.shared.files)
    }
}

fn below(path: &Path, top: &Path) -> Option<String> {
    Some(full(path.strip_prefix(top).ok()?))
}

/// A path as seen from a folder, both below one top.
fn relative(folder: &str, path: &str) -> String {
    let parts = |path: &str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(folder), parts(path));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let ups = from[common..].iter().map(|_| "..");
    ups.chain(to[common..].iter().map(String::as_str)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    #[test]
    fn paths_are_seen_from_a_folder() {
        for (folder, path, seen) in [("a/b", "a/c/x", "../c/x"), ("", "a/x", "a/x"), ("a", "a/x", "x")] {
            assert_eq!(relative(folder, path), seen);
        }
    }

    #[test]
    fn roots_whose_names_differ_as_their_paths_do_know_files_by_the_same_names() {
        let of = |name: &str, root: &str| {
            let Naming { name, path, .. } = Naming::of(Path::new("/r"), name, root);
            (name, path)
        };
        assert_eq!(of("a/b", "a/b"), of("c", "c"));
        assert_eq!(of("r/a/b", "a/b"), ("r/".into(), String::new()));
        assert_eq!(of("b", "a/b"), (String::new(), "a/".into()));
        assert_eq!(of("", "a"), (String::new(), "a".into()));
        assert_eq!(of("../b", "b"), ("../".into(), String::new()));
        assert_eq!(of("", ""), (String::new(), String::new()));
        assert_ne!(of("link", "a"), of("a", "a"));
    }

    #[test]
    fn names_are_those_of_the_walk_and_texts_are_shared() {
        let memory: Memory = [("over/dev/kustomization.yaml", ""), ("base/a.yaml", "a: 1\n")].into_iter().collect();
        let known = Source::from_text(SourceId(3), "base/a.yaml", "a: 2\n");
        let shared = Shared::new(&memory, [&known]);
        let view = shared.view("over/dev").expect("a folder");
        let path = format!("{}/../../base/a.yaml", view.root());
        let Ok(Found::File(path)) = view.find(&path) else { panic!("a file lies there") };
        let (source, _) = view.source(SourceId(0), &path).expect("it can be read");
        assert_eq!((source.name.as_str(), &*source.text), ("base/a.yaml", "a: 2\n"));
    }
}
