//! What is left out of a walk.
//!
//! In: what a walk found, and the configuration. Out: the walk without what `exclude` and the command line leave out, which the
//! ledger names; and the configuration files below the run's own one, looked for where files are left.

use crate::config::Config;
use crate::coverage::{SkipReason, Skipped};
use crate::discover::Walk;

use super::Job;

/// Leaves out what is excluded.
pub(super) fn exclude(walk: &mut Walk, job: &Job<'_>) {
    let config = &job.settings.config;
    if config.left_out.is_some() || config.all().iter().any(|config| config.exclude.is_some()) {
        leave_out(walk, |file| config.leaves_out(file));
    }
    let names = walk.files.iter().map(|file| file.name.as_str());
    walk.failures.extend_from_slice(config.look_below(
        names,
        &walk.listed,
        &job.snapshot.files,
        &job.settings.registry,
    ));
    if config.files().skip(1).flat_map(Config::chain).any(|config| config.exclude.is_some()) {
        leave_out(walk, |file| config.leaves_out_below(file));
    }
}

fn leave_out(walk: &mut Walk, is_out: impl Fn(&str) -> bool) {
    let (out, kept) = std::mem::take(&mut walk.files).into_iter().partition(|file| is_out(&file.name));
    walk.files = kept;
    for file in Vec::into_iter(out).filter(|file| file.checked) {
        let detail = "excluded by the configuration or the command line".to_owned();
        walk.skipped.push(Skipped { detail, ..Skipped::new(&file.name, SkipReason::Ignored) });
    }
}
