//! What the roots of a run have read, parsed and built in the files below one top, so that none does it again.
//!
//! In: paths, and how what lies there is read, parsed or built. Out: files ([`Read`]), their documents, and what the kustomizations
//! of folders make ([`super::base::Base`]). Each file has one number for all roots, so that what one root made stands
//! for every other as it is; only what leaves a build gets the numbers of its own sources.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::base::Bases;
use super::failure::BuildResult;
use super::node::Node;
use crate::source::{Source, SourceId};

/// So many bytes of text are kept, read and parsed.
const MOST_BYTES: u64 = 64 << 20;
/// Numbers of files begin here; those below are places in the sources of one root.
const FIRST: u32 = 1 << 30;

/// A file that was read.
#[derive(Debug)]
pub struct Read {
    /// Its path.
    pub path: Arc<str>,
    /// Its text, under the number that all roots know it by.
    pub source: Source,
    /// Its bytes, where they are no text.
    pub binary: Option<Arc<[u8]>>,
}

impl Read {
    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.binary.as_ref().map_or(self.source.text.len(), |bytes| bytes.len()) as u64
    }
}

/// What parsing a file of manifests gives.
type Documents = BuildResult<Arc<[Node]>>;
/// What parsing a configuration gives.
type Configuration = BuildResult<Option<Arc<Node>>>;
/// What is known already.
type Known<K, T> = Mutex<FxHashMap<K, T>>;

/// What several roots have read, parsed and built.
#[derive(Debug, Default)]
pub struct Parsed {
    next: AtomicU32,
    files: Known<Arc<str>, Arc<Read>>,
    documents: Known<SourceId, Documents>,
    configurations: Known<SourceId, Configuration>,
    /// The bytes of the files that are kept.
    bytes: AtomicU64,
    /// What kustomizations made.
    pub bases: Bases,
}

impl Parsed {
    /// A number for a file that is to be read.
    pub fn number(&self) -> SourceId {
        SourceId(FIRST + self.next.fetch_add(1, Ordering::Relaxed) % FIRST)
    }

    /// A file, which `read` reads under a new number where nobody has.
    ///
    /// # Errors
    /// What `read` gives.
    pub fn file<E>(&self, path: &str, read: impl FnOnce(SourceId) -> Result<Read, E>) -> Result<Arc<Read>, E> {
        let files = || self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files().get(path) {
            return Ok(known.clone());
        }
        let read = Arc::new(read(self.number())?);
        if self.bytes.fetch_add(read.len(), Ordering::Relaxed) + read.len() > MOST_BYTES {
            return Ok(read);
        }
        // Another thread may have been faster: there is one number for a file.
        Ok(files().entry(read.path.clone()).or_insert(read).clone())
    }

    /// Whether a file is kept.
    pub fn keeps(&self, read: &Read) -> bool {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(&read.path).is_some_and(|known| known.source.id == read.source.id)
    }

    /// The documents of a file, which `make` reads where nobody has.
    pub fn documents(&self, read: &Read, make: impl FnOnce() -> Documents) -> Documents {
        self.known(&self.documents, read, make)
    }

    /// The one document of a file, likewise.
    pub fn configuration(&self, read: &Read, make: impl FnOnce() -> Configuration) -> Configuration {
        self.known(&self.configurations, read, make)
    }

    fn known<T: Clone>(&self, known: &Known<SourceId, T>, read: &Read, make: impl FnOnce() -> T) -> T {
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = lock().get(&read.source.id).cloned();
        found.unwrap_or_else(|| {
            let made = make();
            if self.keeps(read) {
                lock().insert(read.source.id, made.clone());
            }
            made
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::kustomize::read::{self, Itself};
    use crate::render::origin::By;

    fn file(parsed: &Parsed, path: &str, text: &str) -> Arc<Read> {
        let read =
            |id| Ok::<_, String>(Read { path: path.into(), source: Source::from_text(id, path, text), binary: None });
        parsed.file(path, read).expect("it is read")
    }

    #[test]
    fn a_file_has_one_number_and_is_parsed_once() {
        let parsed = Parsed::default();
        let mut times = 0;
        for _ in 0..3 {
            let read = file(&parsed, "a.yaml", "a: [1, {b: 2}]\n");
            assert_eq!(read.source.id, file(&parsed, "a.yaml", "").source.id);
            let made = parsed.documents(&read, || {
                times += 1;
                read::documents(&read.source, &Itself, By::Resource).map(Arc::from)
            });
            assert_eq!(made.map(|nodes| nodes.len()), Ok(1));
        }
        assert_eq!(times, 1);
        assert_ne!(file(&parsed, "b.yaml", "").source.id, file(&parsed, "a.yaml", "").source.id);
    }
}
