//! Where the files of a set lie, and which of them are applied in one go.
//!
//! In: the names of the sources, and what kustomizations and Argo CD's Applications take in. Out: whether two objects are
//! sure to be applied together.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::gitops::argocd::generators::{inner as inner_generators, top_level as generators};
use crate::gitops::argocd::{AppSource, Application};
use crate::object::{Object, glob};
use crate::source::SourceId;
use crate::yaml::Node;

use super::{ApplySet, Item};

/// The directory of each source, by its id.
#[derive(Debug, Default)]
pub struct Layout {
    directories: Vec<String>,
    /// Those of all directories of the set that something in it applies; found when first asked for.
    applied: OnceLock<FxHashSet<String>>,
}

/// The directories that Applications and Flux's Kustomizations apply.
#[derive(Debug, Default)]
struct Applied {
    names: FxHashSet<String>,
    /// By the directory that all they match lie in, as far as it is written out.
    patterns: FxHashMap<String, FxHashSet<String>>,
}

impl Applied {
    /// Whether they cover a directory, seen from any of those around it.
    fn cover(&self, directory: &str) -> bool {
        let mut tails = std::iter::once(0).chain(directory.match_indices('/').map(|(at, _)| at + 1));
        tails.any(|at| self.covers(&directory[at..]))
    }

    fn covers(&self, directory: &str) -> bool {
        let like = |pattern: &String| glob::matches(pattern, directory) == Some(true);
        let ends = directory.match_indices('/').map(|(at, _)| at).chain([0, directory.len()]);
        self.names.contains(directory)
            || ends.into_iter().any(|end| self.patterns.get(&directory[..end]).is_some_and(|of| of.iter().any(like)))
    }

    fn add(&mut self, pattern: String) {
        // A path that is all template says nothing; what a git generator looks through does.
        if !glob::is_pattern(&pattern) {
            self.names.insert(pattern);
        } else if !pattern.starts_with("**") {
            let written = pattern.split('/').take_while(|part| !glob::is_pattern(part)).map(str::len);
            let end = written.map(|length| length + 1).sum::<usize>().saturating_sub(1);
            self.patterns.entry(pattern[..end].to_owned()).or_default().insert(pattern);
        }
    }
}

impl Layout {
    /// From the names of the sources, in the order of their ids.
    pub fn new<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let directory = |name: &str| name.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
        Self { directories: names.into_iter().map(directory).collect(), applied: OnceLock::new() }
    }

    /// The directory of a source.
    pub fn directory(&self, source: SourceId) -> Option<&str> {
        self.directories.get(source.0 as usize).map(String::as_str)
    }
}

/// What an object is applied in one go with: objects of equal batches are applied together, and where no kustomization takes
/// them in, others are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Batch<'a> {
    /// The directory it lies in.
    Directory(&'a str),
    /// The file it is in.
    File(SourceId),
    /// The kustomizations that take it in.
    Kustomizations(&'a [Arc<str>]),
}

/// What brings objects to a cluster in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit<'a> {
    /// A file.
    File(SourceId),
    /// A directory, with what no kustomization takes in.
    Directory(&'a str),
    /// A kustomization, by its directory.
    Kustomization(&'a str),
}

impl<'t> ApplySet<'t> {
    /// All that brings an object: two objects are sure to be applied together where they have one of them in common.
    pub fn all_units<'a>(&'a self, item: &Item<'t>) -> impl Iterator<Item = Unit<'a>>
    where
        't: 'a,
    {
        let plain = item.surroundings.taken_in_by.is_empty();
        let directory = self.layout().directory(item.written_in()).filter(|_| plain).map(Unit::Directory);
        let kustomizations = self.units(item).into_iter().map(Unit::Kustomization);
        std::iter::once(Unit::File(item.written_in())).chain(directory).chain(kustomizations)
    }

    /// Whether two objects are sure to be applied in one go: they come from the same file or directory, or a kustomization
    /// takes in both, one that an Application names where Applications name one of those around either.
    pub fn are_applied_together(&self, one: &Item<'t>, other: &Item<'t>) -> bool {
        let kustomized = |item: &Item<'t>| !item.surroundings.taken_in_by.is_empty();
        if one.source == other.source && one.written_in() == other.written_in() {
            return true;
        }
        if !kustomized(one) && !kustomized(other) {
            let directory = |item: &Item<'_>| self.layout().directory(item.written_in());
            return directory(one).is_some_and(|own| directory(other) == Some(own));
        }
        if std::ptr::eq(one.surroundings, other.surroundings) {
            return true;
        }
        let (own, others) = (self.units(one), self.units(other));
        match own.len().min(others.len()) {
            0..=4 => own.iter().any(|unit| others.contains(unit)),
            _ => {
                let others: FxHashSet<_> = others.into_iter().collect();
                own.iter().any(|unit| others.contains(unit))
            }
        }
    }

    /// What an object is applied in one go with.
    pub fn batch_of<'a>(&'a self, item: &Item<'a>) -> Batch<'a> {
        match (item.surroundings.taken_in_by.as_slice(), self.layout.directory(item.written_in())) {
            ([], Some(directory)) => Batch::Directory(directory),
            ([], None) => Batch::File(item.written_in()),
            (names, _) => Batch::Kustomizations(names),
        }
    }

    /// The directories that bring an object to a cluster for sure: kustomizations that take it in (of these, those that an
    /// Application names, where it names any).
    pub fn units<'a>(&'a self, item: &Item<'t>) -> Vec<&'a str>
    where
        't: 'a,
    {
        // Where nothing names directories, what else takes an object in does not matter in the set of a kustomization:
        // thousands may share one file.
        let root = self.around.as_ref().and_then(|around| around.sets.name(around.set));
        // What lies beyond the set another root takes in.
        let brings = |root: &&Arc<str>| item.surroundings.taken_in_by.contains(root);
        match root.filter(|root| brings(root) && self.applied().is_empty()) {
            Some(root) => vec![root],
            None => self.takers(item),
        }
    }

    /// The same, whatever the set.
    pub(super) fn takers(&self, item: &Item<'t>) -> Vec<&'t str> {
        let names = item.surroundings.taken_in_by.iter().map(|name| &**name);
        if item.surroundings.taken_in_by.is_empty() {
            return Vec::new();
        }
        let applied: Vec<_> = names.clone().filter(|name| self.is_applied(name)).collect();
        if applied.is_empty() { names.collect() } else { applied }
    }

    /// The directory of an object that no kustomization takes in, where something in the set applies it as a whole.
    pub fn applied_directory(&self, item: &Item<'_>) -> Option<&str> {
        let plain = item.surroundings.taken_in_by.is_empty();
        self.layout().directory(item.written_in()).filter(|directory| plain && self.is_applied(directory))
    }

    /// The addresses of the git repositories that objects of the set deploy from.
    pub fn deployed_addresses(&self) -> impl Iterator<Item = &str> {
        let deploying = ["Application", "ApplicationSet"].map(|kind| self.of_kind("argoproj.io", kind));
        let applications = deploying.into_iter().flatten().filter_map(|item| Application::of(item.object));
        let by_flux = self.of_kind("source.toolkit.fluxcd.io", "GitRepository");
        let by_flux = by_flux.filter_map(|item| item.object.spec()?.str_at("url"));
        applications.flat_map(Application::sources).filter_map(|source| source.url()).chain(by_flux)
    }

    /// Whether something in the set applies that directory: one of a source, or of a kustomization.
    fn is_applied(&self, directory: &str) -> bool {
        self.applied().contains(directory)
    }

    fn applied(&self) -> &FxHashSet<String> {
        let whole = self.whole();
        whole.layout.applied.get_or_init(|| whole.covered())
    }

    fn covered(&self) -> FxHashSet<String> {
        let applied = self.applied_directories();
        // Many items share their surroundings.
        let mut seen = FxHashSet::default();
        let around = self.items().iter().map(|item| item.surroundings);
        let kustomizations = around.filter(|around| seen.insert(std::ptr::from_ref(*around)));
        let kustomizations = kustomizations.flat_map(|around| &around.taken_in_by).map(|name| &**name);
        let all: FxHashSet<&str> = self.layout.directories.iter().map(String::as_str).chain(kustomizations).collect();
        all.into_iter().filter(|directory| applied.cover(directory)).map(str::to_owned).collect()
    }

    fn applied_directories(&self) -> Applied {
        let mut found = Applied::default();
        let mut take = |path: &str| found.add(pattern(path));
        let sets = || self.of_kind("argoproj.io", "ApplicationSet");
        for item in self.of_kind("argoproj.io", "Application").chain(sets()) {
            let sources = Application::of(item.object).into_iter().flat_map(Application::sources);
            let part = |source: &AppSource<'_>| {
                ["include", "exclude"].iter().any(|field| source.node.at(&["directory", field]).is_some())
            };
            let whole = sources.filter(|source| !part(source));
            whole.filter_map(|source| source.node.str_at("path")).for_each(&mut take);
        }
        sets().flat_map(|item| generated_paths(item.object)).for_each(&mut take);
        let by_flux = self.of_kind("kustomize.toolkit.fluxcd.io", "Kustomization");
        by_flux.filter_map(|item| item.object.spec()?.str_at("path")).for_each(&mut take);
        found
    }
}

/// The directories that the git generators of an ApplicationSet look through; those within matrices and merges too.
fn generated_paths(object: Object<'_>) -> Vec<&str> {
    let inner = generators(object).flat_map(inner_generators);
    let git = generators(object).chain(inner).filter_map(|generator| generator.at(&["git", "directories"]));
    git.flat_map(Node::items).filter_map(|item| item.str_at("path")).collect()
}

/// A path as the names of the walk have it.
pub(super) fn cleaned(path: &str) -> &str {
    let path = path.trim_start_matches("./").trim_matches('/');
    if path == "." { "" } else { path }
}

/// Where the runs of folders in a path stand: where nobody knows at which of its folders a repository begins, each may be meant.
pub fn runs_of_folders(path: &str) -> impl Iterator<Item = Range<usize>> {
    let starts = std::iter::once(0).chain(path.match_indices('/').map(|(at, _)| at + 1));
    starts.flat_map(move |start| {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.filter(move |end| *end > start).map(move |end| start..end)
    })
}

/// A path as a pattern: anything may stand for what a template fills in.
fn pattern(path: &str) -> String {
    let mut pattern = String::new();
    let mut rest = cleaned(path);
    while let Some((before, after)) = rest.split_once("{{") {
        pattern.push_str(before);
        pattern.push_str("**");
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    pattern + rest
}

#[cfg(test)]
mod tests {
    use super::{pattern, runs_of_folders};

    #[test]
    fn each_run_of_folders_is_found() {
        let runs = |path| runs_of_folders(path).map(|run| &path[run]).collect::<Vec<&str>>();
        assert_eq!(runs("a/b/c"), ["a", "a/b", "a/b/c", "b", "b/c", "c"]);
        assert!(runs("").is_empty());
    }

    #[test]
    fn templates_become_patterns() {
        for (path, expected) in
            [(".", ""), ("./apps/web/", "apps/web"), ("{{.path.path}}", "**"), ("env/{{ x }}/b", "env/**/b")]
        {
            assert_eq!(pattern(path), expected);
        }
    }
}
