//! Where the files of a set lie, and which of them are applied in one go.
//!
//! In: the names of the sources, and what kustomizations and Argo CD's Applications take in. Out: whether two objects are
//! sure to be applied together.

use std::sync::OnceLock;

use crate::object::{AppSource, Application, Object, glob};
use crate::source::SourceId;
use crate::yaml::Node;

use super::{ApplySet, Item};

/// The directory of each source, by its id.
#[derive(Debug, Default)]
pub struct Layout {
    directories: Vec<String>,
    /// Patterns of the directories that Applications and Flux's Kustomizations apply.
    applied: OnceLock<Vec<String>>,
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

impl ApplySet<'_> {
    /// Whether two objects are sure to be applied in one go: they come from the same file or directory, or a kustomization
    /// takes in both, one that an Application names where Applications name one of those around either.
    pub fn are_applied_together(&self, one: &Item<'_>, other: &Item<'_>) -> bool {
        let (own, others) = (&one.surroundings.taken_in_by, &other.surroundings.taken_in_by);
        if own.is_empty() && others.is_empty() {
            let directory = |item: &Item<'_>| self.layout.directory(item.source);
            return one.source == other.source || directory(one).is_some_and(|own| directory(other) == Some(own));
        }
        let applied = |name: &&String| self.is_applied(name);
        let mut common = own.iter().filter(|name| others.contains(name));
        if own.iter().chain(others).any(|name| applied(&name)) {
            common.any(|name| applied(&name))
        } else {
            common.next().is_some()
        }
    }

    /// Whether two objects of different files are sure to be applied: a kustomization takes in both, or something in the set
    /// applies the directory that they lie in, and no part of it.
    pub fn are_sure_to_meet(&self, one: &Item<'_>, other: &Item<'_>) -> bool {
        let taken_in = |item: &Item<'_>| !item.surroundings.taken_in_by.is_empty();
        let directory = self.layout.directory(one.source).unwrap_or("");
        // The dear question last.
        self.are_applied_together(one, other) && (taken_in(one) && taken_in(other) || self.is_applied(directory))
    }

    /// The addresses of the git repositories that objects of the set deploy from.
    pub fn deployed_addresses(&self) -> impl Iterator<Item = &str> {
        self.items().iter().flat_map(|item| {
            let sources = Application::of(item.object).into_iter().flat_map(Application::sources);
            let by_flux = item.object.gvk.is("source.toolkit.fluxcd.io", "GitRepository");
            let url = item.object.spec().and_then(|spec| spec.str_at("url")).filter(|_| by_flux);
            sources.filter_map(|source| source.url()).chain(url)
        })
    }

    /// Whether something in the set applies that directory.
    fn is_applied(&self, directory: &str) -> bool {
        let patterns = self.layout.applied.get_or_init(|| self.applied_directories());
        let tails = std::iter::once(0).chain(directory.match_indices('/').map(|(at, _)| at + 1));
        tails.into_iter().any(|at| patterns.iter().any(|p| glob::matches(p, &directory[at..]) == Some(true)))
    }

    fn applied_directories(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut take = |path: &str| {
            // A path that is all template says nothing; what a git generator looks through does.
            found.extend(Some(pattern(path)).filter(|pattern| !pattern.starts_with("**")));
        };
        for item in self.items() {
            let sources = Application::of(item.object).into_iter().flat_map(Application::sources);
            let part = |source: &AppSource<'_>| {
                ["include", "exclude"].iter().any(|field| source.node.at(&["directory", field]).is_some())
            };
            let whole = sources.filter(|source| !part(source));
            whole.filter_map(|source| source.node.str_at("path")).for_each(&mut take);
            generated_paths(item.object).into_iter().for_each(&mut take);
            let path = item.object.spec().and_then(|spec| spec.str_at("path"));
            let by_flux = item.object.gvk.is("kustomize.toolkit.fluxcd.io", "Kustomization");
            path.filter(|_| by_flux).into_iter().for_each(&mut take);
        }
        found
    }
}

/// The directories that the git generators of an ApplicationSet look through; those within matrices and merges too.
fn generated_paths(object: Object<'_>) -> Vec<&str> {
    let generators = || object.root.at(&["spec", "generators"]).into_iter().flat_map(Node::items);
    let inner = generators().flat_map(|generator| {
        let lists = ["matrix", "merge"].map(|kind| generator.at(&[kind, "generators"]));
        lists.into_iter().flatten().flat_map(Node::items)
    });
    let git = generators().chain(inner).filter_map(|generator| generator.at(&["git", "directories"]));
    git.flat_map(Node::items).filter_map(|item| item.str_at("path")).collect()
}

/// A path as a pattern: anything may stand for what a template fills in.
fn pattern(path: &str) -> String {
    let path = path.trim_start_matches("./").trim_matches('/');
    let mut pattern = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once("{{") {
        pattern.push_str(before);
        pattern.push_str("**");
        rest = after.split_once("}}").map_or("", |(_, after)| after);
    }
    pattern + rest
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn templates_become_patterns() {
        for (path, expected) in [("./apps/web/", "apps/web"), ("{{.path.path}}", "**"), ("env/{{ x }}/b", "env/**/b")] {
            assert_eq!(pattern(path), expected);
        }
    }
}
