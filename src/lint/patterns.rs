//! Patterns of the configuration that match nothing.
//!
//! In: the configuration, and the files of a run. Out: a finding on each pattern that no file of the run matched: a folder that
//! was meant to be left out and is not, or one that has gone.

use crate::config::{Config, Pattern};
use crate::finding::{Category, Finding, Severity};
use crate::source::{SourceId, Span};

/// The findings, at the configuration's own source. `left_out` are the names that were excluded, `kept` those that were not.
pub(super) fn unmatched<'n>(
    config: &Config,
    source: SourceId,
    left_out: &[bool],
    kept: impl Iterator<Item = &'n str> + Clone,
) -> Vec<Finding> {
    let excluded = config.exclude.iter().flat_map(|exclude| &exclude.patterns);
    let unused = excluded.zip(left_out).filter(|(_, used)| !**used).map(|(pattern, _)| ("exclude", pattern));
    let names: Vec<_> = kept.map(|name| config.relative(name)).collect();
    let idle = |globs: &globset::GlobSet| !names.iter().any(|name| globs.is_match(&**name));
    let overrides =
        config.overrides.iter().filter(|place| idle(&place.paths)).map(|place| ("overrides", &place.pattern));
    unused.chain(overrides).map(|(key, pattern)| said(key, pattern, source)).collect()
}

fn said(key: &str, pattern: &Pattern, source: SourceId) -> Finding {
    let message = format!("`{}` under `{key}` matches no file", pattern.text);
    let span = Span { source, ..pattern.span };
    Finding::new("unmatched-pattern", Category::Hygiene, Severity::Info, message, span).help(
        "patterns are read as .gitignore reads them, from the folder of the configuration; correct it or remove it",
    )
}
