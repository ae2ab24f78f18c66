//! Which configuration holds for a file.
//!
//! In: the configuration of a run, and the files it found. Out: for each file the nearest configuration file above it. What concerns
//! the run as a whole (the version, the baseline ...) counts in the run's own configuration alone.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::discover::Listed;
use crate::files::Door;
use crate::files::name::{path_of, shown};
use crate::rule::Registry;
use crate::source::{SourceId, SourceMap};

use super::extends::leads_out;
use super::select::Layer;
use super::{Config, ConfigError, RuleConfig, in_directory};

/// The configuration files below the run's own one.
#[derive(Debug, Default)]
pub struct Nested {
    configs: Vec<Config>,
    /// Folders, as files are named, with the configuration that lies in them; nothing for the run's own one.
    of_folder: FxHashMap<String, Option<usize>>,
    /// Messages about those that cannot be used.
    failures: Vec<String>,
}

/// A file with the configuration that holds for it.
#[derive(Debug)]
pub struct Placed<'c> {
    /// The nearest above it.
    pub config: &'c Config,
    /// The file's name, as reports show it.
    pub file: String,
    name: OnceLock<String>,
}

/// The files of a run with what holds for each, found out at the first need.
#[derive(Debug)]
pub struct Places<'c> {
    config: &'c Config,
    sources: &'c SourceMap,
    known: Vec<OnceLock<Placed<'c>>>,
}

impl<'c> Places<'c> {
    /// By the configuration of a run.
    pub fn new(config: &'c Config, sources: &'c SourceMap) -> Self {
        let known = (0..sources.next_id().0).map(|_| OnceLock::new()).collect();
        Self { config, sources, known }
    }

    /// What holds for a source.
    pub fn at(&self, source: SourceId) -> &Placed<'c> {
        self.known[source.0 as usize].get_or_init(|| self.config.placed(&self.sources.get(source).name))
    }
}

impl Placed<'_> {
    /// Its name as seen from the configuration's folder; found out at the first need.
    pub fn name(&self) -> &str {
        self.name.get_or_init(|| self.config.relative(&self.file).into_owned())
    }

    /// The file's name as seen from a configuration, where that one holds for it: the nearest, or one that it extends.
    pub fn seen_from(&self, config: &Config) -> Option<String> {
        if std::ptr::eq(self.config, config) {
            return Some(self.name().to_owned());
        }
        self.config.extends(config).then(|| config.relative(&self.file).into_owned())
    }
}

impl Config {
    /// Looks for configuration files in the folders of files, and reads them. Done once; gives messages about those that cannot be
    /// used. What a walk listed is not asked again.
    pub fn look_below<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        listed: &[Listed],
        files: &Door,
        registry: &Registry,
    ) -> &[String] {
        let nested = self.nested.get_or_init(|| match self.alone {
            true => Nested::default(),
            false => Nested::find(self, names, listed, files, registry),
        });
        &nested.failures
    }

    /// The nearest configuration above a file.
    pub fn nearest(&self, file: &str) -> &Config {
        let nested = self.nested.get().filter(|nested| !nested.configs.is_empty());
        let found = nested.and_then(|nested| Some((nested, nested.nearest(file)?)));
        found.map_or(self, |(nested, number)| &nested.configs[number])
    }

    /// A file with what holds for it.
    pub fn placed(&self, file: &str) -> Placed<'_> {
        Placed { config: self.nearest(file), file: file.to_owned(), name: OnceLock::new() }
    }

    /// The run's own configuration, and those below it.
    pub fn files(&self) -> impl Iterator<Item = &Config> {
        std::iter::once(self).chain(self.nested.get().into_iter().flat_map(|nested| &nested.configs))
    }

    /// All of them, with those that they extend.
    pub fn all(&self) -> Vec<&Config> {
        let mut all = Vec::new();
        self.files().for_each(|config| config.with_bases(&mut all));
        all
    }

    /// Those that it extends, then this one.
    pub fn chain(&self) -> Vec<&Config> {
        let mut chain = Vec::new();
        self.with_bases(&mut chain);
        chain
    }

    /// Whether options of rules are not the same everywhere.
    pub fn sets_options_by_place(&self) -> bool {
        let sets = |rules: &[RuleConfig]| rules.iter().any(|rule| !rule.options.is_empty());
        let is_nested = self.files().nth(1).is_some();
        let mut all = self.all().into_iter();
        all.any(|config| config.overrides.iter().any(|over| sets(&over.rules)) || is_nested && sets(&config.rules))
    }

    fn with_bases<'c>(&'c self, all: &mut Vec<&'c Config>) {
        self.bases.iter().for_each(|base| base.with_bases(all));
        all.push(self);
    }

    /// Whether this one extends another.
    fn extends(&self, other: &Config) -> bool {
        self.bases.iter().any(|base| std::ptr::eq(base, other) || base.extends(other))
    }

    /// What holds for rules, in general or at a file, the strongest last.
    pub(super) fn layers<'c>(&'c self, place: Option<&Placed<'_>>) -> Vec<Layer<'c>> {
        let mut layers = Vec::new();
        for config in self.chain() {
            layers.push(config.rules.as_slice());
            if let Some(name) = place.filter(|_| !config.overrides.is_empty()).and_then(|place| place.seen_from(config))
            {
                let holding = config.overrides.iter().filter(|over| over.paths.is_match(&name));
                layers.extend(holding.map(|over| over.rules.as_slice()));
            }
        }
        layers
    }

    /// Whether a file is not to be read, by `exclude` of the configurations above it or by the command line.
    pub fn leaves_out(&self, file: &str) -> bool {
        // Each is asked: a pattern that matched nothing is told.
        let by_argument = self.left_out.as_ref().is_some_and(|exclude| exclude.leaves_out(file));
        self.chain().into_iter().fold(by_argument, |out, config| out | config.excludes(file))
    }

    /// The same for the `exclude` of those below the run's own one.
    pub fn leaves_out_below(&self, file: &str) -> bool {
        let Some(nested) = self.nested.get() else { return false };
        let mut above = nested.above(file).flat_map(|number| nested.configs[number].chain());
        above.any(|config| config.excludes(file))
    }

    fn excludes(&self, file: &str) -> bool {
        self.exclude.as_ref().is_some_and(|exclude| exclude.leaves_out(&self.relative(file)))
    }

    /// The patterns of what others fill in, at a file.
    pub fn placeholders_at(&self, file: &str) -> Vec<&str> {
        let patterns = self.nearest(file).chain().into_iter().flat_map(|config| &config.placeholders);
        patterns.map(|pattern| pattern.text.as_str()).collect()
    }
}

impl Nested {
    fn find<'n>(
        root: &Config,
        names: impl Iterator<Item = &'n str>,
        listed: &[Listed],
        files: &Door,
        registry: &Registry,
    ) -> Self {
        let without: FxHashSet<String> = listed.iter().filter(|listed| !listed.configures).map(Listed::name).collect();
        // Files of one folder mostly come one after the other.
        let mut last = None;
        let names = names.filter(|name| last.replace(parent(name)) != Some(parent(name)));
        let folders: BTreeSet<&str> = names.flat_map(folders).filter(|folder| !without.contains(*folder)).collect();
        let own = root.source.as_ref().map(|source| path_of(&source.name));
        let own = own.and_then(|path| files.resolve(&path).ok());
        let folders: Vec<&str> = folders.into_iter().collect();
        let found: Vec<_> = folders
            .into_par_iter()
            .filter_map(|folder| Some((folder, in_directory(&path_of(folder), &**files)?)))
            .collect();
        let mut nested = Self::default();
        for (folder, path) in found {
            if own.is_some() && files.resolve(&path).ok() == own {
                nested.of_folder.insert(folder.to_owned(), None);
                continue;
            }
            if let Some(target) = leads_out(&path, &path_of(folder), &**files) {
                nested.failures.push(format!("{}: a link out of the tree, to {}", shown(&path), shown(&target)));
                continue;
            }
            match Config::read(&path, files, registry) {
                Ok(config) => {
                    nested.of_folder.insert(folder.to_owned(), Some(nested.configs.len()));
                    nested.configs.push(config);
                }
                Err(ConfigError::Unreadable(message)) => nested.failures.push(message),
                Err(ConfigError::Wrong(source, mistakes)) => {
                    nested.failures.extend(mistakes.listed.iter().map(|mistake| mistake.in_one_line(&source)));
                }
            }
        }
        nested
    }

    /// Those above a file, the nearest first.
    fn above<'n>(&'n self, file: &'n str) -> impl Iterator<Item = usize> + 'n {
        folders(file).filter_map(|folder| self.of_folder.get(folder).copied()).map_while(|config| config)
    }

    fn nearest(&self, file: &str) -> Option<usize> {
        self.above(file).next()
    }
}

/// The folders that a file lies in, as its name has them, the nearest first; empty for the working directory.
fn folders(file: &str) -> impl Iterator<Item = &str> {
    let is_relative = !file.starts_with('/');
    let is_below = |folder: &&str| !matches!(*folder, "" | "/");
    let folders = std::iter::successors(Some(parent(file)), move |folder| Some(*folder).filter(is_below).map(parent));
    // What lies above `..` is not in the name.
    let is_named = move |folder: &&str| !(folder.is_empty() && is_relative && file.starts_with("../"));
    folders.filter(is_named)
}

/// The folder that a file or folder lies in.
fn parent(name: &str) -> &str {
    match name.rfind('/') {
        Some(0) => "/",
        Some(at) => &name[..at],
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_a_file_are_those_in_its_name() {
        for (file, expected) in [
            ("a.yaml", &[""][..]),
            ("a/b/c.yaml", &["a/b", "a", ""]),
            ("/a/b.yaml", &["/a", "/"]),
            ("/b.yaml", &["/"]),
            ("../a/b.yaml", &["../a", ".."]),
        ] {
            assert_eq!(folders(file).collect::<Vec<_>>(), expected, "{file}");
        }
    }
}
