//! What does nothing in a configuration: patterns that match no file, and keys in the wrong file.
//!
//! In: the configuration, and the files of a run. Out: a finding on each pattern that no file of the run matched: a folder that
//! was meant to be left out and is not, or one that has gone.

use crate::config::{Config, Exclude, Pattern};
use crate::finding::{Category, Finding, Severity};
use crate::source::{SourceId, Span};

/// The findings, at the configuration's own source. `kept` are the names of files that were not left out.
pub(super) fn unmatched<'n>(
    config: &Config,
    source: SourceId,
    kept: impl Iterator<Item = &'n str> + Clone,
) -> Vec<Finding> {
    let unused = config.exclude.iter().flat_map(Exclude::unused).map(|pattern| ("exclude", pattern));
    let names: Vec<_> = kept.map(|name| config.relative(name)).collect();
    let idle = |globs: &globset::GlobSet| !names.iter().any(|name| globs.is_match(&**name));
    let overrides =
        config.overrides.iter().filter(|place| idle(&place.paths)).map(|place| ("overrides", &place.pattern));
    unused.chain(overrides).map(|(key, pattern)| said(key, pattern, source)).collect()
}

/// Keys of a configuration below the run's own one that count in that one alone.
pub(super) fn misplaced(config: &Config, source: SourceId) -> Vec<Finding> {
    let finding = |key: &Pattern| {
        let message =
            format!("`{}` has no effect here: it only counts in the configuration file above all paths", key.text);
        let span = Span { source, ..key.span };
        Finding::new("misplaced-setting", Category::Hygiene, Severity::Info, message, span)
            .help("move it there, or check this folder in a separate run")
    };
    config.of_the_run.iter().map(finding).collect()
}

fn said(key: &str, pattern: &Pattern, source: SourceId) -> Finding {
    let message = format!("`{}` under `{key}` matches no file", pattern.text);
    let span = Span { source, ..pattern.span };
    Finding::new("unmatched-pattern", Category::Hygiene, Severity::Info, message, span).help(
        "patterns are read as in .gitignore, relative to the folder of the configuration file; correct it or remove it",
    )
}
