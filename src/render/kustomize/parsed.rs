//! Files that were parsed, for all roots of a run.
//!
//! In: a file's text, and how it is parsed. Out: its documents. What one root has parsed is not parsed again for another, which
//! knows the file by another number: the places are moved to it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::failure::BuildResult;
use super::node::{Data, Node};
use crate::source::{Source, SourceId, Span};

/// So many bytes of text are kept parsed.
const MOST_BYTES: u64 = 64 << 20;

/// What parsing a file of manifests gives.
type Documents = BuildResult<Arc<[Node]>>;
/// What parsing a configuration gives.
type Configuration = BuildResult<Option<Arc<Node>>>;
/// By the names of files; with each the number that the file had.
type Known<T> = Mutex<FxHashMap<String, (SourceId, T)>>;

/// What several roots have parsed.
#[derive(Debug, Default)]
pub struct Parsed {
    documents: Known<Documents>,
    configurations: Known<Configuration>,
    bytes: AtomicU64,
}

impl Parsed {
    /// The documents of a file, which `make` reads where nobody has.
    pub fn documents(&self, source: &Source, make: impl FnOnce() -> Documents) -> Documents {
        let moved = |known: &Documents, from: SourceId| match known {
            Ok(nodes) if from == source.id => Ok(nodes.clone()),
            Ok(nodes) => Ok(nodes.iter().map(|node| moved(node, source.id)).collect()),
            Err(failure) => Err(failure.in_source(source.id)),
        };
        self.known(&self.documents, source, make, moved)
    }

    /// The one document of a file, likewise.
    pub fn configuration(&self, source: &Source, make: impl FnOnce() -> Configuration) -> Configuration {
        let moved = |known: &Configuration, from: SourceId| match known {
            Ok(node) if from == source.id => Ok(node.clone()),
            Ok(node) => Ok(node.as_ref().map(|node| Arc::new(moved(node, source.id)))),
            Err(failure) => Err(failure.in_source(source.id)),
        };
        self.known(&self.configurations, source, make, moved)
    }

    fn known<T: Clone>(
        &self,
        known: &Known<T>,
        source: &Source,
        make: impl FnOnce() -> T,
        moved: impl FnOnce(&T, SourceId) -> T,
    ) -> T {
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = lock().get(&source.name).cloned();
        if let Some((from, found)) = found {
            return moved(&found, from);
        }
        let made = make();
        let bytes = source.text.len() as u64;
        if self.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= MOST_BYTES {
            lock().insert(source.name.clone(), (source.id, made.clone()));
        }
        made
    }
}

/// The same node of a file that has another number.
fn moved(node: &Node, id: SourceId) -> Node {
    let mut copy = node.clone();
    renumber(&mut copy, id);
    copy
}

fn renumber(node: &mut Node, id: SourceId) {
    node.origin.span.source = id;
    match &mut node.data {
        Data::Scalar(_) => {}
        Data::Sequence(items) => items.iter_mut().for_each(|item| renumber(item, id)),
        Data::Mapping(entries) => entries.iter_mut().for_each(|entry| {
            entry.at = Span { source: id, ..entry.at };
            renumber(&mut entry.value, id);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::kustomize::read::{self, Itself};
    use crate::render::origin::By;

    #[test]
    fn what_is_known_has_the_places_of_the_file_in_each_root() {
        let parsed = Parsed::default();
        let source = |id: u32| Source::from_text(SourceId(id), "a.yaml", "a: [1, {b: 2}]\n");
        let read = |source: &Source| read::documents(source, &Itself, By::Resource).map(Arc::from);
        for id in [3, 3, 5] {
            let (source, mut times) = (source(id), 0);
            let made = parsed.documents(&source, || {
                times += 1;
                read(&source)
            });
            assert_eq!(format!("{made:?}"), format!("{:?}", read(&source)), "{id}");
            assert!(times == 0 || id == 3);
        }
    }
}
