//! Where the files of a set lie.
//!
//! In: the names of the sources. Out: whether two objects are applied together, as far as directories and kustomizations
//! tell: a tool that takes a directory takes all its files.

use crate::source::SourceId;

use super::{ApplySet, Item};

/// The directory of each source, by its id.
#[derive(Debug, Default)]
pub struct Layout {
    directories: Vec<String>,
}

impl Layout {
    /// From the names of the sources, in the order of their ids.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let directory = |name: &str| name.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
        Self { directories: names.into_iter().map(directory).collect() }
    }

    /// The directory of a source.
    pub fn directory(&self, source: SourceId) -> Option<&str> {
        self.directories.get(source.0 as usize).map(String::as_str)
    }
}

impl ApplySet<'_> {
    /// Whether two objects are sure to be applied in one go: they come from the same file or directory, or an outermost
    /// kustomization takes in both.
    pub fn are_applied_together(&self, one: &Item<'_>, other: &Item<'_>) -> bool {
        let (roots, others) = (&one.surroundings.roots, &other.surroundings.roots);
        if !roots.is_empty() || !others.is_empty() {
            return roots.iter().any(|root| others.contains(root));
        }
        let directory = |item: &Item<'_>| self.layout.directory(item.source);
        one.source == other.source || directory(one).is_some_and(|own| directory(other) == Some(own))
    }
}
