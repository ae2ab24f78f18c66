//! `kubevet.yaml`.
//!
//! In: a file's text. Out: [`Config`], or every mistake in it with its place. The text goes through the same reader as
//! manifests, so that a mistake in the configuration gets a caret like any other finding.

mod charts;
mod exclude;
mod extends;
mod limits;
mod nested;
mod parse;
mod rules;
pub mod select;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use globset::GlobSet;

use crate::discover::Viewpoint;
use crate::discover::walk::OWN_FILES;
use crate::files::{self, Door, Files};
use crate::finding::Severity;
use crate::rule::Registry;
use crate::rule::context::Setting;
use crate::source::{Source, SourceId, Span};
use crate::version::KubeVersion;
use crate::workspace::External;

pub use charts::{ChartRelease, SetValue};
pub use exclude::{Exclude, Pattern};
pub use limits::Limits;
use nested::Nested;
pub use nested::{Placed, Places};
pub use select::Selection;

/// The names a configuration file may have, looked for from a path upwards.
pub const FILE_NAMES: [&str; 4] = OWN_FILES;

/// A mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong, in one sentence without a final stop.
    pub message: String,
    /// Where.
    pub span: Span,
    /// What to do about it.
    pub help: Option<String>,
}

impl Mistake {
    /// The mistake with its place, in one line.
    pub fn in_one_line(&self, source: &Source) -> String {
        let at = source.position(self.span.start);
        let help = self.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        format!("{}:{}:{}: {}{help}", source.name, at.line, at.column, self.message)
    }
}

/// The mistakes in a configuration file.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Mistakes {
    /// The first of them.
    pub listed: Vec<Mistake>,
    /// How many more there are.
    pub more: usize,
}

/// What the configuration says about a rule or a category.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleConfig {
    /// Rule id or category.
    pub selector: String,
    /// Whether it runs; nothing where only options or a severity are set.
    pub on: Option<bool>,
    /// The severity it reports with.
    pub severity: Option<Severity>,
    /// Its options.
    pub options: Vec<(&'static str, Setting)>,
}

/// Rule settings for some paths.
#[derive(Debug, Clone)]
pub struct Override {
    /// The files it holds for, relative to the configuration's directory.
    pub paths: GlobSet,
    /// The first of its patterns.
    pub pattern: Pattern,
    /// What holds there.
    pub rules: Vec<RuleConfig>,
}

/// One entry of `ignore:`: findings that are not to count.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// Rule ids or categories; all where empty.
    pub rules: Vec<String>,
    /// The files it holds for; all where absent.
    pub paths: Option<GlobSet>,
    /// The kind of the object.
    pub kind: Option<String>,
    /// The name of the object; `*` stands for any text.
    pub name: Option<GlobSet>,
    /// What the patterns of `name`, or else of `paths`, have in plain text, so that an entry can be looked up by it.
    pub plain: Option<Plain>,
    /// The namespace of the object.
    pub namespace: Option<String>,
    /// The name of the container; `*` stands for any text.
    pub container: Option<GlobSet>,
    /// Why.
    pub reason: String,
    /// The last day it holds, as `YYYY-MM-DD`.
    pub until: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// What an entry of `ignore:` is at most about, in plain text; of a path also what lies below.
#[derive(Debug, Clone)]
pub enum Plain {
    /// Names of objects.
    Names(Vec<String>),
    /// What names of objects begin with.
    Beginnings(Vec<String>),
    /// Files and folders.
    Paths(Vec<String>),
}

/// A configuration file, read.
#[derive(Debug, Default)]
pub struct Config {
    /// Its text; nothing for the built-in defaults.
    pub source: Option<Arc<Source>>,
    /// The directory it lies in: its globs are relative to it.
    pub directory: PathBuf,
    /// Names as seen from there.
    pub view: Viewpoint,
    /// `kubernetesVersion`.
    pub version: Option<KubeVersion>,
    /// `profile`.
    pub profile: Option<String>,
    /// `failOn`; `Some(None)` for `never`.
    pub fail_on: Option<Option<Severity>>,
    /// `rules`, in the order written.
    pub rules: Vec<RuleConfig>,
    /// `overrides`, in the order written: later ones win.
    pub overrides: Vec<Override>,
    /// `ignore`.
    pub ignores: Vec<Ignore>,
    /// `honorForeignIgnores`: suppressions written for other tools count, too.
    pub foreign: bool,
    /// `exclude`: files that are not read.
    pub exclude: Option<Exclude>,
    /// `placeholders`: what others fill in; `*` in a pattern stands for any text.
    pub placeholders: Vec<Pattern>,
    /// `clusters`: folders at which one cluster ends and another begins.
    pub clusters: Option<GlobSet>,
    /// `charts`: releases to render.
    pub charts: Vec<ChartRelease>,
    /// `limits`: bounds on what is rendered.
    pub limits: Limits,
    /// `schemas`: folders with CRDs and JSON Schemas, as paths from the working directory.
    pub schemas: Vec<PathBuf>,
    /// `baseline`: a file of findings that are known.
    pub baseline: Option<PathBuf>,
    /// `external`: objects that exist, though nothing that is read defines them.
    pub external: Vec<External>,
    /// `repositories`: addresses under which Applications and Flux know this repository, beside its remotes.
    pub repositories: Vec<String>,
    /// `extends`, read: what they say holds before what this one says.
    pub bases: Vec<Config>,
    /// The keys in it that count in the configuration of a run alone.
    pub of_the_run: Vec<Pattern>,
    /// It is the only one: others below it do not count.
    pub alone: bool,
    /// What the command line says is not to be read, as seen from the working directory.
    pub left_out: Option<Arc<Exclude>>,
    nested: OnceLock<Nested>,
}

/// Largest configuration that is read, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Why a configuration could not be used.
#[derive(Debug)]
pub enum ConfigError {
    /// The file could not be read.
    Unreadable(String),
    /// The file is wrong: its text, and where.
    Wrong(Arc<Source>, Mistakes),
}

impl Config {
    /// Reads a configuration file. `shown` is the name used in messages.
    ///
    /// # Errors
    /// The file cannot be opened, is no YAML, or says something that does not exist.
    pub fn read(path: &Path, files: &Door, registry: &Registry) -> Result<Self, ConfigError> {
        Self::read_at_depth(path, files, registry, 0)
    }

    fn read_at_depth(path: &Path, files: &Door, registry: &Registry, depth: usize) -> Result<Self, ConfigError> {
        let shown = files::name::shown(path);
        let bytes =
            files.read(path, MAX_BYTES).map_err(|error| ConfigError::Unreadable(format!("{shown}: {error}")))?;
        // Its id is given when it joins the sources of a report.
        let source = Arc::new(Source::from_bytes(SourceId(u32::MAX), shown, bytes));
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let parsed = parse::parse(&source, &directory, files, registry);
        let (mut config, extends) = parsed.map_err(|mistakes| ConfigError::Wrong(source.clone(), mistakes))?;
        match extends::take_up(&mut config, extends, files, registry, depth) {
            listed if listed.is_empty() => Ok(config),
            listed => Err(ConfigError::Wrong(source, Mistakes { listed, more: 0 })),
        }
    }

    /// The nearest configuration file in or above a path.
    pub fn find(from: &Path, files: &dyn Files) -> Option<PathBuf> {
        let start = if files.is_directory(from) { from } else { from.parent()? };
        // A relative path is looked up as it stands first, so that messages show it as the user would write it.
        for directory in start.ancestors() {
            if let Some(found) = in_directory(directory, files) {
                return Some(found);
            }
        }
        let absolute = files.resolve(if start.as_os_str().is_empty() { Path::new(".") } else { start }).ok()?;
        absolute.ancestors().skip(1).find_map(|directory| in_directory(directory, files))
    }

    /// A file's name as seen from the configuration's directory.
    pub fn relative<'n>(&self, name: &'n str) -> std::borrow::Cow<'n, str> {
        self.view.name(name)
    }
}

fn in_directory(directory: &Path, files: &dyn Files) -> Option<PathBuf> {
    let is_configuration = |path: &PathBuf| files.is_file(path) && !is_about_kubevet(path, files);
    FILE_NAMES.iter().map(|name| directory.join(name)).find(is_configuration)
}

/// Whether a file is merely named like a configuration: the workflow that runs kubevet, or the manifest of something that does.
fn is_about_kubevet(path: &Path, files: &dyn Files) -> bool {
    const PIPELINES: [&str; 5] = [".github/workflows", ".gitlab", ".gitlab/ci", ".circleci", ".buildkite"];
    if path.parent().is_some_and(|folder| PIPELINES.iter().any(|pipelines| folder.ends_with(pipelines))) {
        return true;
    }
    // One that cannot be read is reported as a configuration.
    let Ok(bytes) = files.read(path, MAX_BYTES) else { return false };
    let text = String::from_utf8_lossy(&bytes);
    let has = |key: &str| text.lines().any(|line| line.starts_with(key));
    has("jobs:") || has("apiVersion:") && has("kind:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_documentation_is_a_configuration_and_has_every_key() {
        let page = include_str!("../../docs/configuration.md");
        let example = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let source = Arc::new(Source::from_text(SourceId(0), "kubevet.yaml", example));
        let parsed = parse::parse(&source, Path::new(""), &Door::default(), &crate::rules::registry());
        let (config, extends) = parsed.expect("no mistakes");
        assert!(!extends.is_empty() && !config.external.is_empty());
        for key in parse::KEYS.iter().chain(parse::IGNORE_KEYS) {
            assert!(example.contains(&format!("{key}:")) || example.contains(&format!("`{key}`")), "{key}");
        }
        assert!(config.foreign && config.baseline.is_some() && config.exclude.is_some() && config.version.is_some());
        assert_eq!((config.rules.len(), config.overrides.len(), config.ignores.len()), (4, 1, 1));
    }
}
