//! What the kustomization of a folder makes, for all roots that include it.
//!
//! In: a build that comes to a folder. Out: what another build made of it ([`Base`]), where that is what this one would make: by the
//! same way of building, and within the bounds of this build; else nothing, and it is built, and fails where it has to.
//!
//! Nothing is shared that depends on who includes it: components, what is built with a schema that somebody names or with notes
//! of where objects come from, charts, and what follows something that is not here.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::build::{Build, Gathered};
use super::failure::BuildResult;
use super::files::is_within;
use super::parsed::Read;
use crate::render::Absent;

/// So many scalars, lists and maps are kept.
const MOST_VALUES: usize = 1_000_000;

/// What a kustomization makes, and what making it took.
#[derive(Debug)]
pub struct Base {
    made: Gathered,
    /// The files, in the order in which they were read.
    reads: Vec<Arc<Read>>,
    /// The folders of the kustomizations that it was made of, each once.
    folders: Vec<String>,
    /// How many kustomizations were built for it.
    count: usize,
    /// How many of them include each other.
    depth: usize,
    /// The most objects that there were at once.
    objects: usize,
    /// What it was made without.
    absent: Vec<Absent>,
}

/// How a kustomization is built, and its folder.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    folder: String,
    anywhere: bool,
    partly: bool,
}

/// Bases by their folders.
#[derive(Debug, Default)]
pub struct Bases {
    known: Mutex<FxHashMap<Key, Arc<Base>>>,
    values: AtomicUsize,
}

impl Bases {
    fn get(&self, key: &Key) -> Option<Arc<Base>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    fn add(&self, key: Key, base: Base) {
        // What is read and parsed is kept anyhow; the build that made it holds its objects still.
        let sizes = base.made.resources.iter().map(|resource| resource.node.own_size(2));
        let values = sizes.sum::<usize>() + base.reads.len() + base.folders.len();
        if self.values.fetch_add(values, Ordering::Relaxed) + values <= MOST_VALUES {
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::new(base));
        } else {
            self.values.fetch_sub(values, Ordering::Relaxed);
        }
    }
}

/// What a build has done so far.
#[derive(Debug, Default)]
pub struct Done {
    /// The folders of the kustomizations that were built.
    pub folders: Vec<String>,
    /// How many kustomizations that is, each as often as it was built.
    pub count: usize,
    /// How many of them included each other at most.
    pub depth: usize,
    /// The most objects that there were at once.
    pub objects: usize,
    /// How many charts were rendered.
    pub charts: usize,
}

/// Where a build was when it began with a kustomization.
pub struct Begun {
    key: Key,
    folders: usize,
    count: usize,
    reads: usize,
    charts: usize,
    /// Depth and objects before: they are put back once it is known what the kustomization itself took.
    outer: (usize, usize),
}

impl Build<'_> {
    /// Notes that a kustomization begins, for which so many files had been asked for; nothing where what it makes depends on what
    /// was before.
    pub fn begin(&mut self, folder: &str, reads: usize) -> Option<Begun> {
        if !self.is_plain() || self.absent.as_ref().is_some_and(|absent| !absent.is_empty()) {
            return None;
        }
        self.store.files_shared()?;
        let key = Key { folder: folder.to_owned(), anywhere: self.store.anywhere, partly: self.absent.is_some() };
        let Done { folders, count, depth, objects, charts } = &mut self.done;
        let outer = (std::mem::take(depth), std::mem::take(objects));
        Some(Begun { key, folders: folders.len(), count: *count, reads, charts: *charts, outer })
    }

    /// What a kustomization that has begun makes: what another build made, or what this one does, which is kept.
    ///
    /// # Errors
    /// Where kustomize refuses it.
    pub fn shared(
        &mut self,
        begun: Begun,
        make: impl FnOnce(&mut Self) -> BuildResult<Gathered>,
    ) -> BuildResult<Gathered> {
        let outer = begun.outer;
        let made = match self.known(&begun) {
            Some(known) => Ok(known),
            None => make(self).inspect(|made| self.keep(begun, made)),
        };
        let Done { depth, objects, .. } = &mut self.done;
        (*depth, *objects) = (outer.0.max(*depth), outer.1.max(*objects));
        made
    }

    /// What a kustomization that has begun makes, where another build made it.
    fn known(&mut self, begun: &Begun) -> Option<Gathered> {
        let base = self.store.files_shared()?.bases.get(&begun.key)?;
        let loops = |outer: &String| base.folders.iter().any(|folder| is_within(outer, folder));
        let fits = self.fits(base.count, base.depth, base.objects)
            && self.store.has_room(&base.reads)
            && !self.stack.iter().any(loops);
        if !fits {
            return None;
        }
        for read in &base.reads {
            self.store.take(read);
        }
        self.done.folders.extend(base.folders.iter().cloned());
        self.done.count += base.count;
        (self.done.depth, self.done.objects) = (self.stack.len() + base.depth, base.objects);
        if let Some(absent) = &mut self.absent {
            absent.extend(base.absent.iter().cloned());
        }
        Some(base.made.clone())
    }

    /// Keeps what a kustomization made that has begun.
    fn keep(&self, begun: Begun, made: &Gathered) {
        let depth = self.done.depth.saturating_sub(self.stack.len());
        if self.is_plain() && self.done.charts == begun.charts {
            let mut folders = self.done.folders[begun.folders..].to_vec();
            folders.sort_unstable();
            folders.dedup();
            let base = Base {
                made: made.clone(),
                reads: self.store.read_since(begun.reads),
                folders,
                count: self.done.count - begun.count,
                depth,
                objects: self.done.objects,
                absent: self.absent.clone().unwrap_or_default(),
            };
            let shared = self.store.files_shared().filter(|shared| base.reads.iter().all(|read| shared.keeps(read)));
            if let Some(shared) = shared {
                shared.bases.add(begun.key, base);
            }
        }
    }

    /// Whether nothing but the folder says what a kustomization makes.
    fn is_plain(&self) -> bool {
        self.merging.is_none() && !self.notes.tell_steps()
    }
}
