//! The numbers of the sources that roots were made of.
//!
//! In: what was rendered, each root with sources of its own. Out: the number that each source has in the run: those of the walk's
//! files keep theirs, the others get the next ones.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::render::Rendered;
use crate::source::{Source, SourceId, SourceMap};
use crate::yaml::built::Written;

use super::super::again::Again;

/// The run's numbers of the sources that were read for roots.
pub(super) struct Numbers {
    by_name: BTreeMap<String, SourceId>,
}

impl Numbers {
    /// Those of the run's files keep theirs; the others get the next ones, in the order of their names.
    pub(super) fn of(rendered: &[Rendered], known: &FxHashMap<&str, usize>, next: SourceId) -> Self {
        let names = rendered.iter().flat_map(|made| made.sources.iter()).map(|source| source.name.as_str());
        let names: BTreeSet<&str> = names.collect();
        let SourceId(mut next) = next;
        let mut number = |name: &str| match known.get(name) {
            Some(&at) => SourceId(at as u32),
            None => {
                next += 1;
                SourceId(next - 1)
            }
        };
        Self { by_name: names.into_iter().map(|name| (name.to_owned(), number(name))).collect() }
    }

    /// The sources by their numbers.
    fn texts<'r>(&self, rendered: &'r [Rendered]) -> BTreeMap<SourceId, &'r Source> {
        let mut texts = BTreeMap::new();
        for source in rendered.iter().flat_map(|made| made.sources.iter()) {
            texts.entry(self.get(&source.name)).or_insert(source);
        }
        texts
    }

    fn get(&self, name: &str) -> SourceId {
        self.by_name.get(name).copied().unwrap_or_default()
    }

    /// Those of a root's sources, in its order.
    pub(super) fn of_root(&self, made: &Rendered) -> Vec<SourceId> {
        made.sources.iter().map(|source| self.get(&source.name)).collect()
    }

    /// Adds the sources that are new, and the texts of those that were not read as manifests.
    pub(super) fn add_to(&self, sources: &mut SourceMap, again: &Again<'_>, rendered: &[Rendered]) {
        for (id, source) in self.texts(rendered) {
            let new = || Source::from_text(id, source.name.clone(), source.text.clone());
            if id == sources.next_id() {
                sources.push(new());
            } else if sources.get(id).text.is_empty() && !again.is_gone(id) {
                sources.put(new());
            }
        }
    }

    /// The files that built trees point into.
    pub(super) fn written(&self, rendered: &[Rendered]) -> Written {
        Written::new(
            self.texts(rendered)
                .into_iter()
                .map(|(id, source)| Source::from_text(id, source.name.clone(), source.text.clone())),
        )
    }
}
