//! Files as the roots of one run see them.
//!
//! In: the door to files, and the texts that a run has read already, by their names. Out: for each root a [`View`] below its
//! repository, in which names are those of the walk that found the root. What one root found or read is not asked for again
//! by another.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::files::{Files, Found};
use super::parsed::Parsed;
use super::rooted::place;
use crate::discover::gitignore::is_hidden;
use crate::discover::repository::root_of;
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
    places: Cache<PathBuf, Result<(PathBuf, bool), String>>,
    tops: Cache<PathBuf, Option<PathBuf>>,
    parsed: Parsed,
    /// Whether a folder's name leads to where it is thought to lie.
    folders: Cache<String, bool>,
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
            places: Mutex::default(),
            tops: Mutex::default(),
            parsed: Parsed::default(),
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
        let found = cached(&self.tops, absolute.clone(), |path| root_of(path, self.files).map(Path::to_path_buf));
        let top = found.unwrap_or_else(filesystem);
        let root = below(&absolute, &top).unwrap_or_default();
        Ok(View { shared: self, top, root, name: name.to_owned() })
    }
}

/// The files below one top, as one root sees them.
pub struct View<'s, 'f> {
    shared: &'s Shared<'f>,
    top: PathBuf,
    root: String,
    /// The root's own name.
    name: String,
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
        let leads_there = cached(&self.shared.folders, folder(&name), |name| {
            let path = if name.is_empty() { PathBuf::from(".") } else { path_of(name) };
            self.shared.files.resolve(&path).is_ok_and(|found| found == place)
        });
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
        Some(&self.shared.parsed)
    }

    fn door(&self, path: &str) -> Option<(&dyn files::Files, PathBuf)> {
        let walked = self.walked(path).map(|name| place(&name));
        Some((self.shared.files, walked.unwrap_or_else(|| self.top.join(path_of(path)))))
    }

    fn find(&self, path: &str) -> Result<Found, String> {
        let found = cached(&self.shared.places, self.top.join(path), |path| {
            let path = self.shared.files.resolve(path).map_err(|error| describe(&error))?;
            let is_folder = self.shared.files.is_directory(&path);
            Ok((path, is_folder))
        });
        let (path, is_folder) = found?;
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
