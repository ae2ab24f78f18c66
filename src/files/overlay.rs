//! Texts over another door.
//!
//! In: a door, and texts by the names of their files (see [`super::name`]). Out: the same files, with those texts in place of
//! theirs; a text without a file under it is a file like any other.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use super::door::{Entry, Files, Kind};
use super::name::{path_of, shown};
use super::read::ReadError;

/// Texts that lie over what another door gives.
#[derive(Debug, Clone)]
pub struct Overlay<'a> {
    under: &'a dyn Files,
    texts: BTreeMap<&'a str, &'a [u8]>,
}

impl<'a> Overlay<'a> {
    /// Lays texts over a door; of two with one name, the later one counts.
    pub fn new(under: &'a dyn Files, texts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        Self { under, texts: texts.into_iter().collect() }
    }

    fn text(&self, path: &Path) -> Option<&'a [u8]> {
        if self.texts.is_empty() { None } else { self.texts.get(&*shown(path)).copied() }
    }

    /// What lies at a path by the texts alone.
    fn own(&self, path: &Path) -> Option<Kind> {
        if self.text(path).is_some() {
            return Some(Kind::File);
        }
        (!self.below(path).is_empty()).then_some(Kind::Directory)
    }

    /// The names of texts below a directory, as seen from there.
    fn below(&self, directory: &Path) -> Vec<&'a str> {
        let prefix = match shown(directory) {
            name if name.is_empty() || name == "." => String::new(),
            name => format!("{}/", name.trim_end_matches('/')),
        };
        let from = self.texts.range::<str, _>((Bound::Included(&*prefix), Bound::Unbounded));
        let below = from.map_while(|(name, _)| name.strip_prefix(&*prefix));
        below.filter(|rest| !rest.starts_with('/')).collect()
    }
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path, most: u64) -> Result<Vec<u8>, ReadError> {
        match self.text(path) {
            Some(text) if text.len() as u64 > most => Err(ReadError::TooLarge(most)),
            Some(text) => Ok(text.to_owned()),
            None => self.under.read(path, most),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<Kind> {
        if self.text(path).is_some() {
            return Ok(Kind::File);
        }
        self.under.kind(path).or_else(|error| self.own(path).ok_or(error))
    }

    fn target(&self, path: &Path) -> io::Result<Kind> {
        if self.text(path).is_some() {
            return Ok(Kind::File);
        }
        self.under.target(path).or_else(|error| self.own(path).ok_or(error))
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<io::Result<Entry>>> {
        let own: BTreeMap<&str, Kind> = self
            .below(directory)
            .into_iter()
            .map(|rest| rest.split_once('/').map_or((rest, Kind::File), |(first, _)| (first, Kind::Directory)))
            .collect();
        let mut entries = match self.under.list(directory) {
            Err(error) if own.is_empty() => return Err(error),
            found => found.unwrap_or_default(),
        };
        for (name, kind) in own {
            let name = path_of(name).into_os_string();
            if !entries.iter().flatten().any(|entry| entry.name == name) {
                entries.push(Ok(Entry { name, kind }));
            }
        }
        Ok(entries)
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        self.under.resolve(path).or_else(|error| match self.own(path) {
            Some(_) => super::nearest(self.under, path).ok_or(error),
            None => Err(error),
        })
    }

    fn commit(&self, root: &Path) -> Option<&str> {
        self.under.commit(root)
    }
}
